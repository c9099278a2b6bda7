//! Packed bodies.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

/// Packs bytes with gzip.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

/// `count` blanks, packed. The blanks are never in memory as a whole.
pub fn packed_blanks(count: usize) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    let blanks = vec![b' '; 1024 * 1024];
    let mut left = count;
    while left > 0 {
        let length = left.min(blanks.len());
        writer.write_all(&blanks[..length]).unwrap();
        left -= length;
    }
    writer.finish().unwrap()
}
