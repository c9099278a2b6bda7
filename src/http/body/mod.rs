//! The bytes of a request's body. [`wire`] is what arrives, with limits of time; every body is read through it. [`read`] reads the body of a JSON route
//! into memory, with limits of size, and unpacks it.

pub mod coding;
pub mod read;
mod unpack;
pub mod wire;

pub use coding::Coding;
pub use read::read_body;
pub use wire::Wire;
