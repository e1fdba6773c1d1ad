// Types 0B-0D: HPKE to named recipients.
import { test } from "node:test";
import { cat, cut, demand, label, number } from "./bytes.js";
import { equal, input, object, onlyOpensWhole } from "./golden.js";
import * as hpke from "./hpke.js";
import { derive, same, sha256, verifyingKey } from "./primitives.js";
import { agency, conversation, counsellor, epoch0, inboxKey, lead, platform } from "./world.js";

// Opening takes milliseconds; a number that is prime to the layout.
const EVERY = 7;
const NO_AAD = Buffer.alloc(0);
const keyNumber = cat(agency, number(1, 4));
const place = cat(conversation, number(0, 4));

for (const { title, type, name, owner, record, seed, recipient, key, proves } of [
  {
    title: "0B wrap-epoch 0 for the inbox",
    ...{ type: 0x0b, name: "wrap-epoch", owner: place, record: sha256(epoch0) },
    ...{ seed: input("inbox seed"), recipient: inboxKey, key: input("key 0") },
    // The record's commit.
    proves: (key) => same(derive(key, "ck/commit", place), epoch0.subarray(54, 86)),
  },
  {
    title: "0C wrap-inbox for the counsellor",
    ...{ type: 0x0c, name: "wrap-inbox", owner: keyNumber, record: Buffer.alloc(0) },
    ...{ seed: counsellor.kemSeed, recipient: counsellor.kemKey, key: input("inbox seed") },
    proves: (key) => same(hpke.publicKey(key), inboxKey),
  },
  {
    title: "0D wrap-root for the lead",
    ...{ type: 0x0d, name: "wrap-root", owner: keyNumber, record: Buffer.alloc(0) },
    ...{ seed: lead.kemSeed, recipient: lead.kemKey, key: input("agency root seed") },
    proves: (key) => same(verifyingKey(key), verifyingKey(input("agency root seed"))),
  },
]) {
  test(title, () => {
    const golden = object(title);
    const info = cat(label(name), platform, owner, record, sha256(recipient));
    const fromCoins = hpke.seal(input(`${name} encapsulation`), recipient, info, NO_AAD, key);
    equal(cat(type, 1, owner, sha256(recipient), ...fromCoins), golden);
    const open = (bytes) => {
      const [head, owner, named, enc, ct] = cut(bytes, [2, 20, 32, 1120, 48]);
      demand(same(head, Buffer.of(type, 1)), "another type or suite");
      const opened = hpke.open(seed, enc, cat(label(name), platform, owner, record, named), NO_AAD, ct);
      demand(proves(opened), "another key than the one that was named");
      return opened;
    };
    equal(onlyOpensWhole(golden, open, EVERY), key);
  });
}
