//! A ZIP archive (APPNOTE 6.3.10) of stored files: nothing is compressed, and no time is said.

/// The version that can read it: 2.0.
const VERSION: u16 = 20;
/// File names are UTF-8.
const UTF8: u16 = 1 << 11;
/// 1 January 1980, the first day of MS-DOS.
const DAY: u16 = 1 << 5 | 1;

/// Names without folders, and contents; fewer than 65,536 files and 4 GiB.
pub(super) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let at = number(out.len());
        let mut entry = Vec::new();
        // Version, flags, stored, time, day.
        for field in [VERSION, UTF8, 0, 0, DAY] {
            entry.extend(field.to_le_bytes());
        }
        let size = number(content.len());
        for field in [crc32(content), size, size, number(name.len())] {
            entry.extend(field.to_le_bytes());
        }
        // The name's length has two bytes, and so has that of what follows it: nothing.
        out.extend(*b"PK\x03\x04");
        out.extend(&entry);
        out.extend(name.bytes());
        out.extend(*content);
        directory.extend(*b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&entry);
        // Comment, disk, attributes: none.
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.bytes());
    }
    let (at, size) = (number(out.len()), number(directory.len()));
    out.extend(&directory);
    out.extend(*b"PK\x05\x06\0\0\0\0");
    let count = u16::try_from(files.len()).unwrap_or(u16::MAX).to_le_bytes();
    out.extend(count);
    out.extend(count);
    out.extend(size.to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0; 2]);
    out
}

fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// CRC-32 (ISO 3309), bit by bit: a table would be larger than everything else here.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |mut crc, byte| {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = crc >> 1 ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
        }
        crc
    })
}
