//! Media types of files: one table ([`table`]) of what is allowed, by which both ways of uploading choose and check a type. The bytes decide: a type
//! accepts all members of its family of formats (any MP4 is an `audio/mp4`), and a file without a type gets one by its name and its bytes
//! ([`Declared`]). The table holds no HTML, no SVG and no other type that a browser executes.

mod declared;
mod iso_media;
mod lookup;
mod media;
mod sniff;
mod table;
mod text;

pub use declared::{Declared, Unsupported};
pub use lookup::essence;
pub use media::{MediaType, Mismatch};
pub use table::{ALLOWED, REFUSED_EXTENSIONS};

/// How many of a file's first bytes the check needs.
pub const HEAD_BYTES: usize = text::HEAD_BYTES;
