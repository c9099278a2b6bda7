//! The ISO base media file format (MP4, QuickTime, 3GP, HEIF) by the brands of its `ftyp` box. Cameras, phones and recorders write many brands, and a
//! file's purpose (sound or film) is not in them, so that any known brand is accepted for any type of the family.

/// Brands of pictures that are coded with HEVC.
const HEIC: &[&[u8]] = &[b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"];
const AVIF: &[&[u8]] = &[b"avif", b"avis"];
/// Brands of pictures of any coding.
const HEIF: &[&[u8]] = &[b"mif1", b"mif2", b"msf1", b"miaf"];
/// Brands of other pictures and of raw pictures. Their compatible brands may name a film.
const OTHER_PICTURES: &[&[u8]] = &[b"crx ", b"jp2 ", b"jpx ", b"jxl ", b"jxs "];
/// Beginnings of the brands of films and sound (https://mp4ra.org/registered-types/brands).
const MEDIA: &[&[u8]] = &[
    b"iso", b"mp4", b"mp7", b"avc", b"hvc1", b"hev1", b"av01", b"vp0", b"dash", b"dsms", b"msdh", b"msix", b"cmf",
    b"M4A", b"M4B", b"M4P", b"M4V", b"qt", b"XAVC", b"3g", b"mmp4", b"MSNV", b"F4", b"f4v", b"NDS", b"NDX", b"NDAS",
    b"KDDI", b"piff", b"isml", b"ccff", b"CAEP", b"caqv", b"niko", b"pana", b"sony", b"drc1",
];
/// How many boxes are looked at in a file without `ftyp`.
const MAX_BOXES: usize = 8;

/// The media type of an ISO base media file. `None` for other bytes and for unknown brands.
pub fn name(head: &[u8]) -> Option<&'static str> {
    match head.get(4..8)? {
        b"ftyp" => by_brands(head),
        _ => begins_with_quicktime_boxes(head).then_some("video/quicktime"),
    }
}

fn by_brands(head: &[u8]) -> Option<&'static str> {
    let end = (number(head.get(..4)?) as usize).min(head.len());
    let major = head.get(8..12)?;
    let compatible = || head.get(16..end).unwrap_or_default().chunks_exact(4);
    let any = |list: &[&[u8]]| compatible().any(|brand| list.contains(&brand));
    let is_media = |brand: &[u8]| MEDIA.iter().any(|start| brand.starts_with(start));
    if OTHER_PICTURES.contains(&major) {
        return None;
    }
    if AVIF.contains(&major) {
        return Some("image/avif");
    }
    if HEIC.contains(&major) {
        return Some("image/heic");
    }
    let names_picture = any(HEIC) || any(AVIF) || any(HEIF);
    if HEIF.contains(&major) || (!is_media(major) && names_picture) {
        return Some(match (any(AVIF), any(HEIC)) {
            (true, _) => "image/avif",
            (false, true) => "image/heic",
            (false, false) => "image/heif",
        });
    }
    match major {
        b"qt  " => Some("video/quicktime"),
        b"M4A " | b"M4B " | b"M4P " | b"F4A " | b"F4B " => Some("audio/mp4"),
        [b'3', b'g', b'2', _] => Some("video/3gpp2"),
        [b'3', b'g', ..] => Some("video/3gpp"),
        major => (is_media(major) || compatible().any(is_media)).then_some("video/mp4"),
    }
}

/// QuickTime files of older devices have no `ftyp`: they begin with room (`wide`, `free`, `skip`), a preview, or at once with the data.
fn begins_with_quicktime_boxes(head: &[u8]) -> bool {
    let mut at = 0;
    for _ in 0..MAX_BOXES {
        let (Some(size), Some(kind)) = (head.get(at..at + 4), head.get(at + 4..at + 8)) else {
            // The first bytes end inside the room before the data.
            return at > 0 && head.len() >= super::text::HEAD_BYTES;
        };
        let size = number(size) as usize;
        match kind {
            b"ftyp" => return true,
            b"mdat" => return !(2..8).contains(&size),
            b"moov" => return size >= 8 && matches!(head.get(at + 12..at + 16), Some(b"mvhd" | b"cmov" | b"rmra")),
            b"wide" | b"free" | b"skip" | b"pnot" | b"PICT" if (8..1 << 24).contains(&size) => at += size,
            _ => return false,
        }
    }
    false
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number, byte| (number << 8) | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::name;

    fn file(major: &[u8; 4], compatible: &[&[u8; 4]]) -> Vec<u8> {
        let size = (16 + 4 * compatible.len()) as u32;
        let mut bytes = size.to_be_bytes().to_vec();
        bytes.extend(b"ftyp");
        bytes.extend(major);
        bytes.extend([0, 0, 2, 0]);
        bytes.extend(compatible.iter().copied().flatten());
        bytes.extend(b"\0\0\0\x10mdat12345678");
        bytes
    }

    #[test]
    fn brands_of_films_sound_and_pictures_are_known() {
        for brand in [b"isom", b"iso2", b"iso7", b"iso9", b"mp42", b"avc1", b"hvc1", b"dash", b"M4V ", b"XAVC", b"cmfc"]
        {
            assert_eq!(name(&file(brand, &[])), Some("video/mp4"), "{}", String::from_utf8_lossy(brand));
        }
        for (major, compatible, expected) in [
            (b"M4A ", &[b"mp42"], Some("audio/mp4")),
            (b"qt  ", &[b"qt  "], Some("video/quicktime")),
            (b"3gp5", &[b"isom"], Some("video/3gpp")),
            (b"3g2a", &[b"isom"], Some("video/3gpp2")),
            (b"heic", &[b"mif1"], Some("image/heic")),
            (b"mif1", &[b"heic"], Some("image/heic")),
            (b"mif1", &[b"avif"], Some("image/avif")),
            (b"mif1", &[b"miaf"], Some("image/heif")),
            (b"zzzz", &[b"isom"], Some("video/mp4")),
            (b"zzzz", &[b"yyyy"], None),
            (b"crx ", &[b"isom"], None),
        ] {
            assert_eq!(name(&file(major, compatible)), expected, "{}", String::from_utf8_lossy(major));
        }
    }

    #[test]
    fn quicktime_without_brands_is_known_by_its_boxes() {
        assert_eq!(name(b"\0\0\0\x08wide\0\x01\0\0mdat...."), Some("video/quicktime"));
        assert_eq!(name(b"\0\0\0\x0cfree....\0\x01\0\0mdat"), Some("video/quicktime"));
        assert_eq!(name(b"\0\x01\0\0mdat........"), Some("video/quicktime"));
        assert_eq!(name(b"\0\0\0\x08free\0\0\0\x14ftypqt  "), Some("video/quicktime"));
        assert_eq!(name(b"\0\x01\0\0moov\0\0\0\x6cmvhd"), Some("video/quicktime"));
        assert_eq!(name(b"\0\0\0\x08wide\0\x01\0\0html"), None);
        assert_eq!(name(b"beerfree for all of us"), None);
        assert_eq!(name(b"short"), None);
    }
}
