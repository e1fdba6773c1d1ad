// The golden vectors' small platform: who and what is in it, in the words of crates/crypto/tests/suite/common.rs.
import { ascii, cat, label, number, short, zeros } from "./bytes.js";
import { input } from "./golden.js";
import * as hpke from "./hpke.js";
import { derive, sha256, signWith, verifyingKey } from "./primitives.js";

const SUITE = 1;
const NO_HASH = zeros(32);

export const platform = input("platform");
export const conversation = input("conversation");
export const agency = input("agency");
const association = input("association");
const rootKey = input("agency root seed");

/** `fields` with their signature behind. */
export function signed(name, seed, ...fields) {
  const bytes = cat(...fields);
  return cat(bytes, signWith(seed, label(name), platform, bytes));
}

function person(name) {
  const account = input(`${name} account`);
  const sigSeed = input(`${name} sig seed`);
  const kemSeed = input(`${name} kem seed`);
  const sigKey = verifyingKey(sigSeed);
  const kemKey = hpke.publicKey(kemSeed);
  const day = number(20_000, 4);
  const identity = signed("identity", sigSeed, 0x01, SUITE, account, sigKey, kemKey, day, number(1, 4));
  return { account, sigSeed, kemSeed, sigKey, kemKey, identity, identityHash: sha256(identity) };
}

export const admin = person("admin");
export const lead = person("lead");
export const counsellor = person("counsellor");
export const seeker = person("seeker");

const ACTIVE = number(2n ** 64n - 1n, 8);
export const admins = signed(
  "admins",
  input("root seed"),
  ...[0x04, SUITE, number(1, 8), NO_HASH, 1],
  ...[number(1, 4), admin.account, admin.identityHash, admin.sigKey, number(1, 8), ACTIVE],
);

export const associationEntry = signed(
  "association",
  admin.sigSeed,
  ...[0x05, SUITE, association, number(1, 4), number(1, 4), short("Verband für Beratung", 80), sha256(ascii("legal"))],
  ...[1, lead.account, lead.identityHash, short("Frau Lindner", 48)],
);

const OPEN = 0;
export const agencyEntry = signed(
  "agency",
  admin.sigSeed,
  ...[0x06, SUITE, agency, number(1, 4), number(1, 4), association, verifyingKey(rootKey), OPEN],
  ...[short("Münster", 40), short("Beratungsstelle am Dom", 80)],
);

// RFC 6962: leaves and nodes are told apart by their first byte. Sorted by type: 05 before 06.
export const leaf = (entry) => sha256(0, entry);
export const node = (left, right) => sha256(1, left, right);

export const head = signed(
  "head",
  admin.sigSeed,
  ...[0x07, SUITE, number(1, 8), NO_HASH, node(leaf(associationEntry), leaf(agencyEntry))],
  ...[number(2, 4), number(20_001, 4), number(1, 4)],
);

// Roles, bits 0-8: counsellor, inbox, lead, agency admin, association admin, deputy, supervisor, peer, moderator.
const roles = (...bits) => number(bits.reduce((sum, bit) => sum | (1 << bit), 0), 2);
const staff = (who, serial, roles, name) => cat(who.account, number(serial, 4), who.identityHash, roles, short(name, 48));
const NAMED_DEPUTY = 1;

export const inboxKey = hpke.publicKey(input("inbox seed"));
export const manifest = signed(
  "manifest",
  rootKey,
  ...[0x08, SUITE, agency, number(1, 8), NO_HASH, verifyingKey(rootKey), sha256(verifyingKey(input("next root seed")))],
  ...[number(1, 4), inboxKey, number(NAMED_DEPUTY, 4), number(90, 2), zeros(2), sha256(ascii("{}")), number(20_001, 4)],
  ...[number(2, 2), staff(lead, 1, roles(2, 5), "Frau Lindner"), staff(counsellor, 2, roles(0, 1), "Herr Martens")],
);

export const freshness = signed(
  "fresh",
  lead.sigSeed,
  ...[0x09, SUITE, agency, number(1, 8), sha256(manifest), number(20_010, 4), number(1, 4)],
);

const ACCOUNT = 1;
const INBOX = 2;
const ROLE = { seeker: 1, inbox: 2, counsellor: 3, deputy: 5 };
const REASON = { enquiry: 1, accept: 2 };
const member = (who, role) => cat(ACCOUNT, who.account, who.identityHash, role, number(0, 4));

function epoch(key, author, { epoch, previous, slot, reason, members }) {
  const place = cat(conversation, number(epoch, 4));
  return signed(
    "epoch",
    author.sigSeed,
    ...[0x0a, SUITE, place, previous, derive(key, "ck/commit", place), agency, sha256(manifest), NO_HASH],
    ...[number(slot, 2), reason, number(members.length, 2), ...members],
  );
}

export const epoch0 = epoch(input("key 0"), seeker, {
  epoch: 0,
  previous: NO_HASH,
  slot: 0,
  reason: REASON.enquiry,
  members: [member(seeker, ROLE.seeker), cat(INBOX, agency, NO_HASH, ROLE.inbox, number(0, 4))],
});

export const epoch1 = epoch(input("key 1"), counsellor, {
  epoch: 1,
  previous: sha256(epoch0),
  slot: 1,
  reason: REASON.accept,
  members: [member(seeker, ROLE.seeker), member(counsellor, ROLE.counsellor), member(lead, ROLE.deputy)],
});

export const consent = signed(
  "consent",
  seeker.sigSeed,
  ...[0x0e, SUITE, conversation, ACCOUNT, lead.account, number(0, 4), number(1, 4), number(20_040, 4)],
);
