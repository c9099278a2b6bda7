//! Prices, which only the server writes. Their values are small.

use super::common::{Collection, Deserialize, Direction, ToSchema};

/// A price.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Price {
    pub cents: i64,
}

impl Collection for Price {
    const NAME: &'static str = "prices";
    const INDEXES: &'static [&'static str] = &["cents"];
    const DIRECTION: Direction = Direction::PullOnly;
}
