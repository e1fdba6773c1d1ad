// Types 02, 03, 12 and 13: what an account or a tab encrypts for itself.
import { test } from "node:test";
import { ascii, cat, cut, demand, label, number, pad, unpad } from "./bytes.js";
import { equal, input, object, onlyOpensWhole } from "./golden.js";
import { derive, deriveSalted, open, same, seal } from "./primitives.js";
import { conversation, seeker } from "./world.js";

const accountKey = input("account key");
const { account } = seeker;
const content = ascii("content");

for (const purpose of ["pw", "rc", "prf", "tab", "dev"]) {
  test(`02 kw/${purpose}`, () => {
    const golden = object(`02 kw/${purpose}`);
    const ikm = input(`kw/${purpose} ikm`);
    const keys = (salt) => cut(deriveSalted(ikm, salt, cat(label(`kw/${purpose}`), account), 64), [32, 32]);
    const aad = (before) => cat(before, account, ascii(purpose));

    const [salt, nonce] = [golden.subarray(2, 34), golden.subarray(66, 90)];
    const [key, commit] = keys(salt);
    const before = cat(0x02, 1, salt, commit, nonce);
    equal(cat(before, seal(key, nonce, aad(before), accountKey)), golden);

    const opened = onlyOpensWhole(golden, (bytes) => {
      const [head, salt, named, nonce, ct] = cut(bytes, [2, 32, 32, 24, 48]);
      demand(same(head, Buffer.of(0x02, 1)), "another type or suite");
      const [key, commit] = keys(salt);
      demand(same(commit, named), "another key");
      return open(key, nonce, aad(cat(head, salt, named, nonce)), ct);
    });
    equal(opened, accountKey);
  });
}

test("a tab's split unlock", () => {
  equal(cat(input("tab share"), input("server share")), input("kw/tab ikm"));
});

const DRAFTS = [512, 1024, 2048, 4096, 8192, 16384, 32768];
const VAULTS = Array.from({ length: 28 }, (_, steps) => (steps + 1) * 4096);

// What stands before the ciphertext, nonce included, and then the place.
const behind = (...place) => (header, nonce) => cat(header, nonce, ...place);

for (const { title, type, key, owner, aad, version, rooms } of [
  {
    title: "03 vault 7",
    ...{ type: 0x03, key: derive(accountKey, "ak/vault"), owner: [], version: 7, rooms: VAULTS },
    // The vault's is spelled out: type, suite, account_id, version.
    aad: (header) => cat(header.subarray(0, 2), account, header.subarray(2)),
  },
  {
    title: "12 private label 3",
    ...{ type: 0x12, key: derive(accountKey, "ak/label"), owner: [conversation], version: 3, rooms: [1024] },
    aad: behind(account),
  },
  {
    title: "13 draft 2",
    ...{ type: 0x13, key: derive(accountKey, "ak/draft"), owner: [], version: 2, rooms: DRAFTS },
    aad: behind(account, conversation),
  },
  {
    title: "13 tab draft 1",
    ...{ type: 0x13, key: input("tab key"), owner: [], version: 1, rooms: DRAFTS },
    aad: behind(input("tab")),
  },
  {
    title: "14 local record 1",
    ...{ type: 0x14, key: derive(accountKey, "ak/local"), owner: [], version: 1, rooms: VAULTS },
    aad: behind(account, ascii("c/0123")),
  },
]) {
  test(title, () => {
    const golden = object(title);
    const header = cat(type, 1, ...owner, number(version, 8));
    const nonce = golden.subarray(header.length, header.length + 24);
    equal(cat(header, nonce, seal(key, nonce, aad(header, nonce), pad(content, rooms[0]))), golden);
    const opened = onlyOpensWhole(golden, (bytes) => {
      const [head, nonce, ct] = cut(bytes, [header.length, 24, null]);
      return unpad(open(key, nonce, aad(head, nonce), ct), rooms);
    });
    equal(opened, content);
  });
}
