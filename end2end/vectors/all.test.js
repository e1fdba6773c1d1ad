// A second implementation of our formats, written from the specification, against the golden vectors.
import assert from "node:assert/strict";
import { test } from "node:test";
import { unasked } from "./golden.js";

// In one process, so that the last test sees what the others asked for.
await import("./published.js");
await import("./signed.js");
await import("./wraps.js");
await import("./keys.js");
await import("./messages.js");
await import("./server.js");
await import("./codes.js");
await import("./opaque.js");
await import("./work.js");

test("no golden vector is left out", () => {
  assert.deepEqual(unasked(), []);
});
