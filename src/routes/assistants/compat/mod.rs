//! `/api/compat/assistants/*`: the market in the form that its first client reads, an envelope with `success`. The rules are those of `/api/assistants`.

mod envelope;
pub mod read;
pub mod write;
