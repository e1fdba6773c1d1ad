// HPKE (RFC 9180), base mode, one message: KEM 0x647A X-Wing, KDF 0x0001, AEAD 0x0003.
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { ml_kem768_x25519 as xwing } from "@noble/post-quantum/hybrid.js";
import { ascii, cat, number, Refused } from "./bytes.js";

const SUITE = cat(ascii("HPKE"), number(0x647a, 2), number(1, 2), number(3, 2));
const VERSION = ascii("HPKE-v1");
const NOTHING = Buffer.alloc(0);

const extractLabelled = (salt, name, input) => extract(sha256, cat(VERSION, SUITE, ascii(name), input), salt);
const expandLabelled = (key, name, info, length) =>
  expand(sha256, key, cat(number(length, 2), VERSION, SUITE, ascii(name), info), length);

function cipher(shared, info, aad, sequence) {
  const context = cat(0, extractLabelled(NOTHING, "psk_id_hash", NOTHING), extractLabelled(NOTHING, "info_hash", info));
  const secret = extractLabelled(shared, "secret", NOTHING);
  const nonce = Buffer.from(expandLabelled(secret, "base_nonce", context, 12));
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ sequence) >>> 0, 8);
  return chacha20poly1305(expandLabelled(secret, "key", context, 32), nonce, aad);
}

/** The public key of a seed, which is the secret key. */
export const publicKey = (seed) => Buffer.from(xwing.keygen(seed).publicKey);

/** Returns enc and ct; `coins` are the encapsulation's 64 random bytes. */
export function seal(coins, recipient, info, aad, plaintext) {
  const { cipherText, sharedSecret } = xwing.encapsulate(recipient, coins);
  return [Buffer.from(cipherText), Buffer.from(cipher(sharedSecret, info, aad, 0).encrypt(plaintext))];
}

export function open(seed, encapsulated, info, aad, ciphertext, sequence = 0) {
  try {
    const shared = xwing.decapsulate(encapsulated, xwing.keygen(seed).secretKey);
    return Buffer.from(cipher(shared, info, aad, sequence).decrypt(ciphertext));
  } catch {
    throw new Refused("does not open");
  }
}
