//! The labels that keep keys and signatures of different use apart.

/// `L(name)`: one length byte, then ASCII `beistand/v1/` and the name.
///
/// Names are compiled in and shorter than 200 bytes, so the length always fits its byte.
pub(crate) fn label(name: &str) -> Vec<u8> {
    let text_len = PREFIX.len() + name.len();
    debug_assert!(text_len <= usize::from(u8::MAX), "a label is too long");
    let mut label = Vec::with_capacity(1 + text_len);
    label.push(text_len as u8);
    label.extend_from_slice(PREFIX.as_bytes());
    label.extend_from_slice(name.as_bytes());
    label
}

const PREFIX: &str = "beistand/v1/";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_its_bytes() {
        assert_eq!(label("msg"), b"\x0fbeistand/v1/msg");
    }
}
