//! What the golden vectors are made from: enough for somebody else's program to make them again.

use crate::common::{Repeatable, World, id};
use crate::golden::Golden;
use crypto::keywrap::split_ikm;
use crypto::{AccountKey, Secret};

pub(crate) const PW: &[u8] = b"export key";
pub(crate) const RC: &[u8] = b"recovery";
pub(crate) const PRF: &[u8] = b"passkey";
pub(crate) const DEV: &[u8] = b"device";
pub(crate) const LOCAL_NAME: &str = "c/0123";
pub(crate) const USER_NAME: &str = "stiller-bach27";
pub(crate) const PASSWORD: &str = "tasse wolke regen birke hafen";
pub(crate) const IDENTIFIER: [u8; 32] = [7; 32];

pub(crate) fn tab_ikm() -> Secret<64> {
    split_ikm(&secret("tab share"), &secret("server share"))
}

pub(crate) fn account_key() -> AccountKey {
    AccountKey::make(&mut Repeatable::new("account key"))
}

pub(crate) fn secret<const N: usize>(name: &'static str) -> Secret<N> {
    Secret::make(&mut Repeatable::new(name))
}

pub(crate) fn put_inputs(world: &World, to: &mut Golden) {
    put_platform(world, to);
    put_people(world, to);
    put_conversation(world, to);
    put_own(to);
    put_drawn(to);
}

fn put_platform(world: &World, to: &mut Golden) {
    to.put("platform", world.platform.as_bytes());
    to.put("root seed", world.root.expose());
    let association = &world.association.association;
    to.put("association", association.as_bytes());
    to.put("agency", world.agency.agency.as_bytes());
    to.put("agency root seed", world.agency_root.expose());
    to.put("next root seed", secret::<32>("next root").expose());
    to.put("inbox seed", world.inbox.expose());
}

fn put_people(world: &World, to: &mut Golden) {
    for (name, person) in [
        ("admin", &world.admin),
        ("lead", &world.lead),
        ("counsellor", &world.counsellor),
        ("seeker", &world.seeker),
    ] {
        to.put(&format!("{name} account"), person.account().as_bytes());
        to.put(&format!("{name} sig seed"), person.keys.sig.expose());
        to.put(&format!("{name} kem seed"), person.keys.kem.expose());
    }
}

fn put_conversation(world: &World, to: &mut Golden) {
    to.put("conversation", world.conversation.as_bytes());
    to.put("key 0", world.key_0.expose());
    to.put("key 1", world.key_1.expose());
    to.put("id of message in epoch 0", id("first"));
    to.put("id of message in epoch 1", id("second"));
}

fn put_own(to: &mut Golden) {
    to.put("account key", account_key().expose());
    for (name, ikm) in [("pw", PW), ("rc", RC), ("prf", PRF), ("dev", DEV)] {
        to.put(&format!("kw/{name} ikm"), ikm);
    }
    to.put("kw/tab ikm", tab_ikm().expose());
    to.put("tab share", secret::<32>("tab share").expose());
    to.put("server share", secret::<32>("server share").expose());
    to.put("tab", id("tab"));
    to.put("tab key", secret::<32>("tab key").expose());
    to.put("server key", secret::<32>("server key").expose());
    to.put("row", id("row"));
    to.put("recovery", secret::<16>("recovery").expose());
    to.put("ns", secret::<32>("ns").expose());
    to.put("user name", USER_NAME);
    to.put("opaque password", PASSWORD);
    to.put("opaque identifier", IDENTIFIER);
}

/// What was drawn at random and cannot be read in the objects: the same draws once more, in their order.
fn put_drawn(to: &mut Golden) {
    let wraps = &mut Repeatable::new("wraps");
    for name in ["wrap-epoch", "wrap-inbox", "wrap-root"] {
        let coins = Secret::<64>::make(wraps);
        to.put(&format!("{name} encapsulation"), coins.expose());
    }
    let opaque = &mut Repeatable::new("opaque");
    // The set-up's private key and seed, which are written down in it; of the stand-in only the public key is.
    Secret::<128>::make(opaque);
    let stand_in = Secret::<64>::make(opaque);
    to.put("opaque stand-in", stand_in.expose());
    let blind = Secret::<64>::make(opaque);
    to.put("opaque registration blind", blind.expose());
    // The envelope's nonce.
    Secret::<32>::make(opaque);
    let blind = Secret::<64>::make(opaque);
    to.put("opaque sign-in blind", blind.expose());
    let seed = Secret::<32>::make(opaque);
    to.put("opaque client keyshare seed", seed.expose());
    // The client's nonce, what an unknown name would need, the masking nonce.
    Secret::<128>::make(opaque);
    let seed = Secret::<32>::make(opaque);
    to.put("opaque server keyshare seed", seed.expose());
}
