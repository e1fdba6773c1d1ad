// OPAQUE-3DH (RFC 9807) with ristretto255 and SHA-512: the steps as functions of what is drawn at random.
import { ristretto255, ristretto255_hasher, ristretto255_oprf } from "@noble/curves/ed25519.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { ascii, cat, cut, demand, number, Refused } from "./bytes.js";
import { hmac, same } from "./primitives.js";

const { Point } = ristretto255;
const { Fn } = Point;
const { oprf } = ristretto255_oprf;
const NOTHING = Buffer.alloc(0);
const HASH_TO_GROUP = cat(ascii("HashToGroup-OPRFV1-"), 0, ascii("-ristretto255-SHA512"));

const hash = (...parts) => Buffer.from(sha512(cat(...parts)));
const stretch = (key, info, length) => Buffer.from(expand(sha512, key, info, length));
const concentrate = (input) => Buffer.from(extract(sha512, input, NOTHING));
const sized = (bytes) => cat(number(bytes.length, 2), bytes);
const xor = (a, b) => Buffer.from(a.map((byte, at) => byte ^ b[at]));

/** Bytes that a library makes of what came over the wire. */
function received(make) {
  try {
    return Buffer.from(make());
  } catch {
    throw new Refused("not an element of the group");
  }
}

const times = (point, scalar) => received(() => Point.fromBytes(point).multiply(scalar).toBytes());

/** A scalar from 32 bytes, or from 64 random ones. */
export const scalar = (bytes) => Fn.create(BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`));
export const publicKey = (secret) => Buffer.from(Point.BASE.multiply(secret).toBytes());

export function keyPair(seed) {
  const pair = oprf.deriveKeyPair(seed, ascii("OPAQUE-DeriveDiffieHellmanKeyPair"));
  return { secret: scalar(pair.secretKey), public: Buffer.from(pair.publicKey) };
}

export function blind(password, by) {
  return Buffer.from(ristretto255_hasher.hashToCurve(password, { DST: HASH_TO_GROUP }).multiply(by).toBytes());
}

export function evaluate(oprfSeed, identifier, blinded) {
  const seed = stretch(oprfSeed, cat(identifier, ascii("OprfKey")), 32);
  const { secretKey } = oprf.deriveKeyPair(seed, ascii("OPAQUE-DeriveKeyPair"));
  return received(() => oprf.blindEvaluate(secretKey, blinded));
}

/** What the client knows after the server's evaluation. */
export function randomizePassword(password, by, evaluated, ksf) {
  const output = received(() => oprf.finalize(password, Fn.toBytes(by), evaluated));
  return concentrate(cat(output, ksf(output)));
}

/** Envelope, record and export key, from the randomized password and the envelope's nonce. */
export function envelope(randomized, nonce, serverKey, { client, server }) {
  const keys = keyPair(stretch(randomized, cat(nonce, ascii("PrivateKey")), 32));
  const authKey = stretch(randomized, cat(nonce, ascii("AuthKey")), 64);
  const credentials = cat(serverKey, sized(server ?? serverKey), sized(client ?? keys.public));
  const envelope = cat(nonce, hmac("sha512", authKey, nonce, credentials));
  return {
    keys,
    envelope,
    record: cat(keys.public, stretch(randomized, ascii("MaskingKey"), 64), envelope),
    exportKey: stretch(randomized, cat(nonce, ascii("ExportKey")), 64),
  };
}

function expandLabelled(secret, name, context, length = 64) {
  const whole = ascii(`OPAQUE-${name}`);
  return stretch(secret, cat(number(length, 2), whole.length, whole, context.length, context), length);
}

/** The session's keys; `shares` are the three Diffie-Hellman values in their order. */
function schedule(shares, preamble) {
  const secret = concentrate(cat(...shares));
  const handshake = expandLabelled(secret, "HandshakeSecret", hash(preamble));
  const serverMac = hmac("sha512", expandLabelled(handshake, "ServerMAC", NOTHING), hash(preamble));
  const clientMac = hmac("sha512", expandLabelled(handshake, "ClientMAC", NOTHING), hash(preamble, serverMac));
  return { serverMac, clientMac, sessionKey: expandLabelled(secret, "SessionKey", hash(preamble)) };
}

function preamble(context, { client, server }, ke1, unsigned) {
  return cat(ascii("OPAQUEv1-"), sized(context), sized(client), ke1, sized(server), unsigned);
}

/** The server's answer KE2, with what it then expects. */
export function respond(setting, setup, record, ke1, drawn) {
  const [clientKey, maskingKey, envelope] = cut(record, [32, 64, 96]);
  const [blinded, , clientShare] = cut(ke1, [32, 32, 32]);
  const own = keyPair(drawn.keyshareSeed);
  const serverKey = publicKey(setup.key);
  const pad = stretch(maskingKey, cat(drawn.maskingNonce, ascii("CredentialResponsePad")), 128);
  const unsigned = cat(
    evaluate(setup.oprfSeed, setup.identifier, blinded),
    ...[drawn.maskingNonce, xor(pad, cat(serverKey, envelope)), drawn.nonce, own.public],
  );
  const parties = { client: setting.client ?? clientKey, server: setting.server ?? serverKey };
  const shares = [times(clientShare, own.secret), times(clientShare, setup.key), times(clientKey, own.secret)];
  const done = schedule(shares, preamble(setting.context, parties, ke1, unsigned));
  return { ke2: cat(unsigned, done.serverMac), ...done };
}

/** The client's last step: opens KE2 or refuses it. */
export function finish(setting, password, by, keyshareSeed, ke1, ke2) {
  const [evaluated, maskingNonce, masked, , serverShare, mac] = cut(ke2, [32, 32, 128, 32, 32, 64]);
  const randomized = randomizePassword(password, by, evaluated, setting.ksf);
  const maskingKey = stretch(randomized, ascii("MaskingKey"), 64);
  const pad = stretch(maskingKey, cat(maskingNonce, ascii("CredentialResponsePad")), 128);
  const [serverKey, nonce, tag] = cut(xor(pad, masked), [32, 32, 64]);
  const own = envelope(randomized, nonce, serverKey, setting);
  demand(same(own.envelope, cat(nonce, tag)), "another password, or a changed envelope");
  const { secret } = keyPair(keyshareSeed);
  const parties = { client: setting.client ?? own.keys.public, server: setting.server ?? serverKey };
  const shares = [times(serverShare, secret), times(serverKey, secret), times(serverShare, own.keys.secret)];
  const done = schedule(shares, preamble(setting.context, parties, ke1, ke2.subarray(0, -64)));
  demand(same(done.serverMac, mac), "wrong MAC of the server");
  return { ke3: done.clientMac, sessionKey: done.sessionKey, exportKey: own.exportKey };
}
