//! The published vectors of HPKE with X-Wing; of the two, the first is our suite.

use crate::common::{Given, hex, unhex, vectors};
use crypto::hazmat::kem;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable as _, OpModeR};
use serde_json::Value;

fn bytes(value: &Value, name: &str) -> Vec<u8> {
    unhex(value[name].as_str().unwrap())
}

fn ours(all: &Value) -> Vec<&Value> {
    let suite = |v: &&Value| v["kem_id"] == 0x647A && v["kdf_id"] == 1 && v["aead_id"] == 3;
    all.as_array().unwrap().iter().filter(suite).collect()
}

#[test]
fn our_wrapper_seals_and_opens_the_vector() {
    let all = vectors("xwing-hpke-kat.json");
    let ours = ours(&all);
    assert_eq!(ours.len(), 1);
    for vector in ours {
        let seed: [u8; 32] = bytes(vector, "skRm").try_into().unwrap();
        let public = kem::public_key(&seed).unwrap();
        assert_eq!(hex(&public), vector["pkRm"].as_str().unwrap());
        let info = bytes(vector, "info");
        let first = &vector["encryptions"][0];
        let rng = &mut Given(bytes(vector, "ikmE"));
        let (aad, plaintext) = (bytes(first, "aad"), bytes(first, "pt"));
        let (encapsulated, ciphertext) = kem::seal(rng, &public, &info, &aad, &plaintext).unwrap();
        assert_eq!(hex(&encapsulated), vector["enc"].as_str().unwrap());
        assert_eq!(hex(&ciphertext), first["ct"].as_str().unwrap());
        let opened = kem::open(&seed, &encapsulated, &info, &aad, &ciphertext).unwrap();
        assert_eq!(hex(&opened), hex(&plaintext));
        assert!(kem::open(&seed, &encapsulated, b"other", &aad, &ciphertext).is_err());
    }
}

#[test]
fn the_library_opens_the_whole_sequence() {
    let all = vectors("xwing-hpke-kat.json");
    for vector in ours(&all) {
        type Secret = <XWing as hpke::Kem>::PrivateKey;
        type Encapsulated = <XWing as hpke::Kem>::EncappedKey;
        let mut context = hpke::setup_receiver::<ChaCha20Poly1305, HkdfSha256, XWing>(
            &OpModeR::Base,
            &Secret::from_bytes(&bytes(vector, "skRm")).unwrap(),
            &Encapsulated::from_bytes(&bytes(vector, "enc")).unwrap(),
            &bytes(vector, "info"),
        )
        .unwrap();
        let encryptions = vector["encryptions"].as_array().unwrap();
        assert_eq!(encryptions.len(), 10);
        for each in encryptions {
            let opened = context
                .open(&bytes(each, "ct"), &bytes(each, "aad"))
                .unwrap();
            assert_eq!(hex(&opened), each["pt"].as_str().unwrap());
        }
        let exports = vector["exports"].as_array().unwrap();
        assert_eq!(exports.len(), 5);
        for each in exports {
            let mut value = vec![0; each["L"].as_u64().unwrap().try_into().unwrap()];
            context
                .export(&bytes(each, "exporter_context"), &mut value)
                .unwrap();
            assert_eq!(hex(&value), each["exported_value"].as_str().unwrap());
        }
    }
}
