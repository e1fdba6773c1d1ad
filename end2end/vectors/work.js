// Type 16: a challenge and the work done on it.
import { test } from "node:test";
import { argon2id } from "@noble/hashes/argon2.js";
import { cat, cut, demand, number } from "./bytes.js";
import { equal, input, object, onlyOpensWhole } from "./golden.js";
import { hmac, same } from "./primitives.js";

const PARTS = 4;
const TRIES = 10;

test("16 challenge", () => {
  const golden = object("16 challenge");
  const signed = cat(0x16, 1, 2, number(TRIES, 4), number(1_789_000_300_000, 8), input("work"));
  equal(cat(signed, hmac("sha256", input("work key"), signed)), golden);
  onlyOpensWhole(golden, (bytes) => {
    const [signed, mac] = cut(bytes, [31, 32]);
    demand(same(hmac("sha256", input("work key"), signed), mac), "not signed here");
  });
});

test("16 proof: in each part the first number that fits", () => {
  const challenge = object("16 challenge");
  const most = 0xffff_ffff_ffff_ffffn / BigInt(Math.ceil(TRIES / PARTS));
  const fits = (part, nonce) => {
    const out = argon2id(cat(challenge, part, number(nonce, 4)), input("work"), { t: 1, m: 1024, p: 1, dkLen: 8 });
    return Buffer.from(out).readBigUInt64BE() <= most;
  };
  const found = Array.from({ length: PARTS }, (_, part) => {
    let nonce = 0;
    while (!fits(part, nonce)) nonce += 1;
    return number(nonce, 4);
  });
  equal(cat(challenge, ...found), object("16 proof"));
});
