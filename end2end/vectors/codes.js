// What is derived: recovery, roots to come, and the codes that people compare.
import assert from "node:assert/strict";
import { test } from "node:test";
import { argon2id } from "@noble/hashes/argon2.js";
import { cat, label, number, short } from "./bytes.js";
import { equal, input, object } from "./golden.js";
import { derive, hmac, sha256, verifyingKey } from "./primitives.js";
import { agency, counsellor, platform, seeker } from "./world.js";

test("recovery code", () => {
  const secret = input("recovery");
  assert.equal(secret.length, 16);
  equal(derive(secret, "rc/id").subarray(0, 16), object("rc/id"));
  equal(derive(secret, "rc/auth"), object("rc/auth"));
  equal(derive(secret, "rc/wrap"), object("rc/wrap"));
});

/** 26 symbols of Crockford's for 128 bits and two zeros, two for the first ten bits of the SHA-256; groups of four. */
test("recovery code as it is written down", () => {
  const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const secret = input("recovery");
  const bits = (BigInt(`0x${secret.toString("hex")}`) << 12n) | BigInt(sha256(secret).readUInt16BE(0) >> 6);
  const text = Array.from({ length: 28 }, (_, at) => symbols[Number((bits >> BigInt(5 * (27 - at))) & 31n)]).join("");
  assert.equal(object("rc as text").toString("ascii"), text.match(/.{4}/g).join("-"));
});

test("root to come, from the paper", () => {
  equal(derive(input("ns"), "ns/next-root", cat(agency, number(2, 4))), object("ns/next-root 2"));
});

/** Eight words of 2,048, as numbers of two bytes. */
function code(...parts) {
  let digest = sha256(...parts);
  for (let round = 1; round < 4096; round += 1) digest = sha256(digest);
  const bits = BigInt(`0x${digest.subarray(0, 11).toString("hex")}`);
  return cat(...Array.from({ length: 8 }, (_, word) => number((bits >> BigInt(77 - 11 * word)) & 2047n, 2)));
}

test("codes to compare", () => {
  equal(code(label("fp"), seeker.identity), object("code of identity"));
  equal(code(label("fp"), agency, verifyingKey(input("agency root seed"))), object("code of agency"));
});

// How words are drawn from randomness is no format; that there are five of 2,048 is.
test("offered passphrase", () => {
  const words = Array.from({ length: 5 }, (_, word) => object("passphrase").readUInt16BE(word * 2));
  assert.ok(words.every((word) => word < 2048));
  assert.equal(object("passphrase").length, 10);
});

/** What an admin offers and how the invited person answers, both under six words that are told by telephone. */
test("invitation", async () => {
  const invitation = input("invitation");
  const words = input("invitation code");
  assert.equal(words.length, 12);
  assert.ok(Array.from({ length: 6 }, (_, word) => words.readUInt16BE(word * 2)).every((word) => word < 2048));
  const key = Buffer.from(argon2id(words, invitation, { m: 65_536, t: 3, p: 1, dkLen: 32 }));
  equal(key, object("invitation key"));
  const offer = cat(0x17, 1, invitation, 2, agency, number(3, 2), counsellor.account, short("Beratungsstelle am Dom", 80), short("Frau Käfer", 48));
  equal(cat(offer, hmac("sha256", key, label("invitation"), platform, offer)), object("17 invitation"));
  equal(hmac("sha256", key, label("invite"), counsellor.identity), object("answer to invitation"));
});
