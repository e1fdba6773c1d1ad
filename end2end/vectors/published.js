// What the other files build on, against vectors that others published.
import assert from "node:assert/strict";
import { test } from "node:test";
import { cat } from "./bytes.js";
import { equal, read } from "./golden.js";
import * as hpke from "./hpke.js";
import * as pake from "./pake.js";

const bytes = (hex) => Buffer.from(hex, "hex");

test("HPKE with X-Wing: the published vector of our suite", () => {
  const [vector] = read("xwing-hpke-kat.json").filter((v) => v.kem_id === 0x647a && v.kdf_id === 1 && v.aead_id === 3);
  const [seed, recipient, info] = [vector.skRm, vector.pkRm, vector.info].map(bytes);
  equal(hpke.publicKey(seed), recipient);
  const [first] = vector.encryptions;
  const [enc, ct] = hpke.seal(bytes(vector.ikmE), recipient, info, bytes(first.aad), bytes(first.pt));
  equal(enc, bytes(vector.enc));
  equal(ct, bytes(first.ct));
  for (const [sequence, { aad, pt, ct }] of vector.encryptions.entries()) {
    equal(hpke.open(seed, enc, info, bytes(aad), bytes(ct), sequence), bytes(pt));
  }
});

const ours = ({ Configuration: { OPRF, Group } }) => OPRF === "ristretto255-SHA512" && Group === "ristretto255";
const real = read("rfc9807.json").vectors.filter((vector) => ours(vector) && vector.name.includes("Real"));

test("OPAQUE: both of RFC 9807's vectors for our group", () => {
  assert.equal(real.length, 2);
});

for (const vector of real) {
  test(vector.name, () => {
    const fields = { ...vector["Configuration"], ...vector["Input Values"], ...vector["Output Values"] };
    const field = (name) => bytes(fields[name]);
    const party = (name) => (name in fields ? field(name) : undefined);
    const parties = { client: party("client_identity"), server: party("server_identity") };
    const setting = { ...parties, context: field("Context"), ksf: (output) => output };
    const password = field("password");
    const key = pake.scalar(field("server_private_key"));
    const setup = { oprfSeed: field("oprf_seed"), key, identifier: field("credential_identifier") };

    const registration = pake.scalar(field("blind_registration"));
    equal(pake.blind(password, registration), field("registration_request"));
    const evaluated = pake.evaluate(setup.oprfSeed, setup.identifier, field("registration_request"));
    equal(cat(evaluated, pake.publicKey(key)), field("registration_response"));
    const randomized = pake.randomizePassword(password, registration, evaluated, setting.ksf);
    const made = pake.envelope(randomized, field("envelope_nonce"), pake.publicKey(key), setting);
    equal(made.record, field("registration_upload"));
    equal(made.exportKey, field("export_key"));

    const login = pake.scalar(field("blind_login"));
    const seed = field("client_keyshare_seed");
    const ke1 = cat(pake.blind(password, login), field("client_nonce"), pake.keyPair(seed).public);
    equal(ke1, field("KE1"));
    const [maskingNonce, nonce] = [field("masking_nonce"), field("server_nonce")];
    const drawn = { maskingNonce, nonce, keyshareSeed: field("server_keyshare_seed") };
    const answer = pake.respond(setting, setup, made.record, ke1, drawn);
    equal(answer.ke2, field("KE2"));
    const done = pake.finish(setting, password, login, seed, ke1, answer.ke2);
    equal(done.ke3, field("KE3"));
    equal(done.sessionKey, field("session_key"));
    equal(done.exportKey, field("export_key"));
  });
}
