// OPAQUE as we set it: Argon2id, our context, user name and platform as identities.
import assert from "node:assert/strict";
import { test } from "node:test";
import { argon2id } from "@noble/hashes/argon2.js";
import { ascii, cat, cut, Refused } from "./bytes.js";
import { equal, input, object, onlyOpensWhole } from "./golden.js";
import * as pake from "./pake.js";
import { platform } from "./world.js";

const COST = { m: 65_536, t: 3, p: 1, dkLen: 64, version: 0x13 };

// Each call takes about a second, and most changes of an answer leave the input as it was.
const stretched = new Map();
function ksf(output) {
  const name = output.toString("hex");
  if (!stretched.has(name)) stretched.set(name, Buffer.from(argon2id(output, Buffer.alloc(16), COST)));
  return stretched.get(name);
}

// A number that is prime to the layout, and large enough for Argon2.
const EVERY = 11;

test("OPAQUE: registration and sign-in", () => {
  const setting = { context: ascii("beistand/v1/opaque"), client: input("user name"), server: platform, ksf };
  const password = input("opaque password");
  const [oprfSeed, secret, standIn] = cut(object("opaque setup"), [64, 32, 32]);
  const setup = { oprfSeed, key: pake.scalar(secret), identifier: input("opaque identifier") };
  const serverKey = pake.publicKey(setup.key);
  // The public key in place of who never registered.
  equal(pake.publicKey(pake.scalar(input("opaque stand-in"))), standIn);

  const registration = pake.scalar(input("opaque registration blind"));
  const [blinded, response] = [object("opaque request"), object("opaque response")];
  equal(pake.blind(password, registration), blinded);
  const evaluated = pake.evaluate(oprfSeed, setup.identifier, blinded);
  equal(cat(evaluated, serverKey), response);
  const record = object("opaque record");
  const randomized = pake.randomizePassword(password, registration, evaluated, ksf);
  const made = pake.envelope(randomized, record.subarray(96, 128), serverKey, setting);
  equal(made.record, record);
  equal(made.exportKey, object("opaque export key"));

  const login = pake.scalar(input("opaque sign-in blind"));
  const seed = input("opaque client keyshare seed");
  const [ke1, ke2] = [object("opaque KE1"), object("opaque KE2")];
  equal(cat(pake.blind(password, login), ke1.subarray(32, 64), pake.keyPair(seed).public), ke1);
  const [, maskingNonce, , nonce] = cut(ke2, [32, 32, 128, 32, 32, 64]);
  const drawn = { maskingNonce, nonce, keyshareSeed: input("opaque server keyshare seed") };
  const answer = pake.respond(setting, setup, record, ke1, drawn);
  equal(answer.ke2, ke2);
  equal(answer.clientMac, object("opaque KE3"));
  equal(answer.sessionKey, object("opaque session key"));

  const done = onlyOpensWhole(ke2, (bytes) => pake.finish(setting, password, login, seed, ke1, bytes), EVERY);
  equal(done.ke3, object("opaque KE3"));
  equal(done.exportKey, object("opaque export key"));
  equal(done.sessionKey, object("opaque session key"));
  const wrong = ascii("tasse wolke regen birke fluss");
  assert.throws(() => pake.finish(setting, wrong, login, seed, ke1, ke2), Refused);
});
