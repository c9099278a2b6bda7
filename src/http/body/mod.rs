//! The bytes of a request's body. [`wire`] is what arrives, with limits of time; every body is read through it. [`read`] reads the body of a JSON route
//! into memory, with limits of size, and unpacks it. [`holding`] is about the bodies of answers.

pub mod coding;
pub mod holding;
pub mod read;
mod unpack;
pub mod wire;

pub use coding::Coding;
pub use holding::Holding;
pub use read::read_body;
pub use wire::Wire;
