//! Upgrades by expand and contract (docs/UPGRADES.md): what new migrations may do, and two releases on one database.

mod last_release;
mod migrations;
mod rules;
mod under_load;
