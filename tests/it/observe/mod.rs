//! Traces and reports of faults, as a receiver on this machine gets them.

mod faults;
mod receiver;
mod spans;
mod traces;
