//! `/api/admin/*`: what administrators see. Anyone else gets the 404 of an address that does not exist.

pub mod audit;
pub mod stats;
