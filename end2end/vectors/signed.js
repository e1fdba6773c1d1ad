// Types 01, 04-0A and 0E: made again byte for byte, and their signatures.
import { test } from "node:test";
import { label } from "./bytes.js";
import { equal, input, object, onlyOpensWhole } from "./golden.js";
import { verifyWith, verifyingKey } from "./primitives.js";
import * as world from "./world.js";

const SIGNATURE = 64;
const root = verifyingKey(input("root seed"));
const agencyRoot = verifyingKey(input("agency root seed"));

for (const [title, name, made, signer] of [
  ["01 identity", "identity", world.seeker.identity, world.seeker.sigKey],
  ["04 admins", "admins", world.admins, root],
  ["05 association", "association", world.associationEntry, world.admin.sigKey],
  ["06 agency", "agency", world.agencyEntry, world.admin.sigKey],
  ["07 head", "head", world.head, world.admin.sigKey],
  ["08 manifest", "manifest", world.manifest, agencyRoot],
  ["09 fresh", "fresh", world.freshness, world.lead.sigKey],
  ["0A epoch 0", "epoch", world.epoch0, world.seeker.sigKey],
  ["0A epoch 1", "epoch", world.epoch1, world.counsellor.sigKey],
  ["0E consent", "consent", world.consent, world.seeker.sigKey],
]) {
  test(title, () => {
    const golden = object(title);
    equal(made, golden);
    onlyOpensWhole(golden, (bytes) => {
      const [before, signature] = [bytes.subarray(0, -SIGNATURE), bytes.subarray(-SIGNATURE)];
      verifyWith(signer, signature, label(name), world.platform, before);
    });
  });
}

test("the directory's proof leads from the agency to the head", () => {
  const MERKLE_ROOT = [42, 74];
  const before = object("proof of agency");
  const root = world.node(before, world.leaf(object("06 agency")));
  equal(root, object("07 head").subarray(...MERKLE_ROOT));
  equal(before, world.leaf(object("05 association")));
});
