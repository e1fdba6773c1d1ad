// Fixed layouts, big-endian, as the specification writes them.

export const cat = (...parts) => Buffer.concat(parts.map((part) => (typeof part === "number" ? Buffer.of(part) : part)));
export const ascii = (text) => Buffer.from(text, "latin1");
export const zeros = (length) => Buffer.alloc(length);

export function number(value, length) {
  const hex = BigInt(value).toString(16).padStart(length * 2, "0");
  if (hex.length !== length * 2) throw new RangeError(`${value} in ${length} bytes`);
  return Buffer.from(hex, "hex");
}

/** L(name) */
export function label(name) {
  const whole = ascii(`beistand/v1/${name}`);
  return cat(whole.length, whole);
}

/** A string with its length in one byte. */
export function short(text, limit) {
  const bytes = Buffer.from(text.normalize("NFC"), "utf8");
  if (bytes.length > limit) throw new RangeError(`longer than ${limit}: ${text}`);
  return cat(bytes.length, bytes);
}

/** What cannot be read, opened or verified. */
export class Refused extends Error {}

export function demand(condition, what) {
  if (!condition) throw new Refused(what);
}

/** Cuts `bytes` into parts of these lengths; nothing may remain. The length null, once and last, takes the rest. */
export function cut(bytes, lengths) {
  const parts = [];
  let at = 0;
  for (const length of lengths) {
    const end = length === null ? bytes.length : at + length;
    demand(end <= bytes.length, "too short");
    parts.push(bytes.subarray(at, end));
    at = end;
  }
  demand(at === bytes.length, "trailing bytes");
  return parts;
}

/** `content` with its length before and zeros behind. */
export function pad(content, room) {
  return cat(number(content.length, 4), content, zeros(room - 4 - content.length));
}

/** The content of `padded`, which must be the smallest of `rooms` that holds it. */
export function unpad(padded, rooms) {
  const length = padded.readUInt32BE(0);
  demand(padded.length === rooms.find((room) => room >= length + 4), "not the smallest size");
  demand(padded.subarray(4 + length).every((byte) => byte === 0), "padding is not zero");
  return padded.subarray(4, 4 + length);
}
