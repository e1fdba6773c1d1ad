use super::*;

fn file(br: Option<u64>, gz: Option<u64>) -> File {
    File {
        path: "/assets/main.0.css".into(),
        integrity: "sha256-x".into(),
        content_type: "text/css".into(),
        bytes: 3,
        br,
        gz,
    }
}

#[test]
fn the_best_accepted_encoding_is_chosen() {
    let both = file(Some(1), Some(2));
    assert_eq!(
        Encoding::choose(&both, "gzip, deflate, br, zstd"),
        Encoding::Brotli
    );
    assert_eq!(Encoding::choose(&both, "gzip"), Encoding::Gzip);
    assert_eq!(
        Encoding::choose(&both, "br;q=0, gzip;q=0.5"),
        Encoding::Gzip
    );
    assert_eq!(Encoding::choose(&both, ""), Encoding::Identity);
    assert_eq!(Encoding::choose(&both, "brotli"), Encoding::Identity);
    assert_eq!(
        Encoding::choose(&file(None, None), "br, gzip"),
        Encoding::Identity
    );
}

#[test]
fn a_trust_file_is_written_under_its_own_hash() {
    let folder = std::env::temp_dir().join(format!("beistand-site-{}", std::process::id()));
    let first = write_trust(&folder, b"{}").unwrap();
    let second = write_trust(&folder, b"{ }").unwrap();
    assert_ne!(first, second);
    assert_eq!(std::fs::read(first).unwrap(), b"{}");
    std::fs::remove_dir_all(folder).unwrap();
}
