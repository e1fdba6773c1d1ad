// The suite's algorithms: Node's own where it has them, else the @noble packages.
import { createHash, createHmac, createPrivateKey, createPublicKey } from "node:crypto";
import { hkdfSync, sign, timingSafeEqual, verify } from "node:crypto";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { ascii, cat, demand, label, Refused } from "./bytes.js";

export const sha256 = (...parts) => createHash("sha256").update(cat(...parts)).digest();
export const hmac = (hash, key, ...parts) => createHmac(hash, key).update(cat(...parts)).digest();

/** HKDF(family, "x", context) */
export function derive(ikm, name, context = Buffer.alloc(0), length = 32) {
  return Buffer.from(hkdfSync("sha256", ikm, Buffer.alloc(0), cat(label(name), context), length));
}

/** HKDF with a salt, for key wraps. */
export const deriveSalted = (ikm, salt, info, length) => Buffer.from(hkdfSync("sha256", ikm, salt, info, length));

export const same = (a, b) => a.length === b.length && timingSafeEqual(a, b);

export const seal = (key, nonce, aad, plaintext) => Buffer.from(xchacha20poly1305(key, nonce, aad).encrypt(plaintext));

export function open(key, nonce, aad, ciphertext) {
  try {
    return Buffer.from(xchacha20poly1305(key, nonce, aad).decrypt(ciphertext));
  } catch {
    throw new Refused("does not decrypt");
  }
}

// The DER that stands before a raw Ed25519 seed or public key (RFC 8410).
const SEED = Buffer.from("302e020100300506032b657004220420", "hex");
const PUBLIC = Buffer.from("302a300506032b6570032100", "hex");

const privateKey = (seed) => createPrivateKey({ key: cat(SEED, seed), format: "der", type: "pkcs8" });

export const verifyingKey = (seed) =>
  createPublicKey(privateKey(seed)).export({ format: "der", type: "spki" }).subarray(PUBLIC.length);

export const signWith = (seed, ...parts) => sign(null, cat(...parts), privateKey(seed));

export function verifyWith(key, signature, ...parts) {
  const publicKey = createPublicKey({ key: cat(PUBLIC, key), format: "der", type: "spki" });
  demand(verify(null, cat(...parts), publicKey, signature), "wrong signature");
}

