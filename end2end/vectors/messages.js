// Types 10 and 11: header, signature inside, chain, padding.
import assert from "node:assert/strict";
import { test } from "node:test";
import { cat, cut, demand, label, number, zeros } from "./bytes.js";
import { equal, input, object, onlyOpensWhole } from "./golden.js";
import { derive, open, same, seal, sha256, signWith, verifyWith } from "./primitives.js";
import { conversation, counsellor, epoch0, epoch1, platform, seeker } from "./world.js";

const ROOMS = [512, 1024, 2048, 4096, 8192, 16384, 32768];
const FIXED = 153;
const TEXT = 1;
const first = () => sha256(object("10 message in epoch 0"));

for (const { title, epoch, record, key, author, slot, seen, body } of [
  {
    title: "10 message in epoch 0",
    ...{ epoch: 0, record: epoch0, key: input("key 0"), author: seeker, slot: 0, seen: zeros(32) },
    body: Buffer.from("Guten Tag, ich weiß nicht weiter.", "utf8"),
  },
  {
    // A body one byte too long for the smallest size.
    title: "10 message in epoch 1",
    ...{ epoch: 1, record: epoch1, key: input("key 1"), author: counsellor, slot: 1, seen: first() },
    body: Buffer.alloc(360, "x"),
  },
]) {
  test(title, () => {
    const golden = object(title);
    const place = cat(conversation, number(epoch, 4));
    const messageKey = derive(key, "ck/msg", place);

    const nonce = golden.subarray(40, 64);
    const header = cat(0x10, 1, place, input(`id of ${title.slice(3)}`), number(slot, 2), nonce);
    const chain = cat(Buffer.alloc(8, 1), number(0, 4), zeros(32), seen, number(28_800_000, 8));
    const content = cat(chain, TEXT, number(body.length, 4), body);
    const signature = signWith(author.sigSeed, label("msg"), platform, header, sha256(record), sha256(content));
    const room = ROOMS.find((room) => room >= FIXED + body.length);
    const inner = cat(signature, content, zeros(room - FIXED - body.length));
    equal(cat(header, seal(messageKey, nonce, cat(header, sha256(record)), inner)), golden);

    const opened = onlyOpensWhole(golden, (bytes) => {
      const [header, ciphertext] = cut(bytes, [64, null]);
      const inner = open(messageKey, header.subarray(40), cat(header, sha256(record)), ciphertext);
      const length = inner.readUInt32BE(149);
      const [signature, content, rest] = cut(inner, [64, FIXED - 64 + length, null]);
      demand(inner.length === ROOMS.find((room) => room >= FIXED + length), "not the smallest size");
      demand(same(rest, zeros(rest.length)), "padding is not zero");
      verifyWith(author.sigKey, signature, label("msg"), platform, header, sha256(record), sha256(content));
      return content.subarray(FIXED - 64);
    });
    equal(opened, body);
  });
}

// Contents about another message: JSON whose bytes were signed, binary fields in base64url.
const GONE = [16, 32, 4, 8, 4, 32, 8];
for (const { name, type, seq, author, slot, check } of [
  {
    name: "reply",
    ...{ type: 7, seq: 0, author: seeker, slot: 0 },
    check: (said) => assert.deepEqual(Object.keys(said), ["target", "hash", "text"]) ?? assert.equal(said.text, 'Ja: "gern", danke.'),
  },
  {
    name: "edit",
    ...{ type: 4, seq: 1, author: counsellor, slot: 1 },
    check: (said) => assert.deepEqual(Object.keys(said), ["target", "hash", "text"]) ?? assert.equal(said.text, "Schön."),
  },
  {
    name: "delete",
    ...{ type: 3, seq: 2, author: counsellor, slot: 1 },
    check: (said) => {
      const gone = Buffer.from(said.gone, "base64url");
      assert.equal(gone.length, 2 * 104);
      const [first, edit] = cut(gone, [104, 104]).map((one) => cut(one, GONE));
      const answer = object("10 message in epoch 1");
      equal(cat(...first), cat(answer.subarray(22, 38), sha256(answer), number(1, 4), Buffer.alloc(8, 1), number(0, 4), zeros(32), number(28_800_000, 8)));
      const change = object("10 edit");
      equal(cat(...edit), cat(change.subarray(22, 38), sha256(change), number(1, 4), Buffer.alloc(8, 1), number(1, 4), sha256(answer), number(28_800_001, 8)));
    },
  },
]) {
  test(`10 ${name}`, () => {
    const golden = object(`10 ${name}`);
    const messageKey = derive(input("key 1"), "ck/msg", cat(conversation, number(1, 4)));
    const record = sha256(epoch1);
    const content = onlyOpensWhole(golden, (bytes) => {
      const [header, ciphertext] = cut(bytes, [64, null]);
      const inner = open(messageKey, header.subarray(40), cat(header, record), ciphertext);
      const [signature, content, rest] = cut(inner, [64, FIXED - 64 + inner.readUInt32BE(149), null]);
      demand(same(rest, zeros(rest.length)), "padding is not zero");
      verifyWith(author.sigKey, signature, label("msg"), platform, header, record, sha256(content));
      return content;
    });
    assert.equal(golden.readUInt16BE(38), slot);
    assert.equal(content.readUInt32BE(8), seq);
    assert.equal(content[84], type);
    equal(content.subarray(FIXED - 64), object(`body of ${name}`));
    const said = JSON.parse(content.subarray(FIXED - 64).toString("utf8"));
    const answer = object("10 message in epoch 1");
    equal(Buffer.from(said.target, "base64url"), answer.subarray(22, 38));
    equal(Buffer.from(said.hash, "base64url"), sha256(answer));
    check(said);
  });
}

test("11 read mark 5", () => {
  const golden = object("11 read mark 5");
  const place = cat(conversation, number(1, 4));
  const markKey = derive(input("key 1"), "ck/mark", place);
  const record = sha256(epoch1);

  const nonce = golden.subarray(32, 56);
  const header = cat(0x11, 1, place, number(0, 2), number(5, 8), nonce);
  const answer = object("10 message in epoch 1");
  const content = cat(input("id of message in epoch 1"), sha256(answer), number(28_800_060, 8));
  const signature = signWith(seeker.sigSeed, label("mark"), platform, header, record, sha256(content));
  const inner = cat(signature, content, zeros(256 - 64 - 56));
  equal(cat(header, seal(markKey, nonce, cat(header, record), inner)), golden);

  const opened = onlyOpensWhole(golden, (bytes) => {
    const [header, ciphertext] = cut(bytes, [56, 272]);
    const inner = open(markKey, header.subarray(32), cat(header, record), ciphertext);
    const [signature, content, rest] = cut(inner, [64, 56, 136]);
    demand(same(rest, zeros(136)), "padding is not zero");
    verifyWith(seeker.sigKey, signature, label("mark"), platform, header, record, sha256(content));
    return content;
  });
  equal(opened, content);
});
