//! From the configuration to a running server and back. Parts start in order, and stop in the reverse order.

pub mod database;
#[cfg(feature = "embedded")]
mod embedded_services;
#[cfg(not(feature = "embedded"))]
#[path = "no_embedded_services.rs"]
mod embedded_services;
mod error;
pub mod secret;
pub mod shutdown;
pub mod signals;
pub mod startup;
pub mod storage;

pub use embedded_services::EmbeddedServices;
pub use error::BootError;
