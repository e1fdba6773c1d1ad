// The golden vectors, and which of them were asked for.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Refused } from "./bytes.js";

const folder = new URL("../../crates/crypto/tests/vectors/", import.meta.url);

export const read = (name) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));

const golden = read("golden.json");
const asked = { inputs: new Set(), objects: new Set() };

function take(group, name) {
  assert.ok(name in golden[group], `no golden vector "${name}"`);
  asked[group].add(name);
  return Buffer.from(golden[group][name], "hex");
}

export const input = (name) => take("inputs", name);
export const object = (name) => take("objects", name);

/** Names that no test asked for. */
export const unasked = () =>
  Object.entries(asked).flatMap(([group, names]) => Object.keys(golden[group]).filter((name) => !names.has(name)));

export function equal(made, golden) {
  const at = made.findIndex((byte, at) => byte !== golden[at]);
  assert.equal(at, -1, `differs from byte ${at} on`);
  assert.equal(made.length, golden.length);
}

/** `open` takes the bytes as they are, and refuses them with any one byte changed (every `step`th is tried). */
export function onlyOpensWhole(bytes, open, step = 1) {
  const opened = open(bytes);
  for (let at = 0; at < bytes.length; at += step) {
    const flipped = Buffer.from(bytes);
    flipped[at] ^= 1 << (at % 8);
    assert.throws(() => open(flipped), Refused, `byte ${at} is not covered`);
  }
  return opened;
}
