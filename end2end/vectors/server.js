// Type 15 and the server's look-ups.
import { test } from "node:test";
import { ascii, cat, cut, demand, number, short } from "./bytes.js";
import { equal, input, object, onlyOpensWhole } from "./golden.js";
import { derive, hmac, open, same, seal } from "./primitives.js";

test("15 seal", () => {
  const golden = object("15 seal");
  const key = derive(input("server key"), "sk/opaque_record");
  const cell = cat(short("account", 255), short("opaque_record", 255), input("row"));
  const header = cat(0x15, 1, number(1, 2));
  const nonce = golden.subarray(4, 28);
  equal(cat(header, nonce, seal(key, nonce, cat(header, nonce, cell), ascii("value"))), golden);
  const opened = onlyOpensWhole(golden, (bytes) => {
    const [head, number, nonce, ct] = cut(bytes, [2, 2, 24, null]);
    demand(same(head, Buffer.of(0x15, 1)), "another type or suite");
    return open(key, nonce, cat(head, number, nonce, cell), ct);
  });
  equal(opened, ascii("value"));
});

test("credential identifier and look-up of a user name", () => {
  const name = input("user name");
  equal(hmac("sha256", input("credential key"), name), object("credential identifier"));
  equal(hmac("sha256", input("name key"), name), object("name look-up"));
});
