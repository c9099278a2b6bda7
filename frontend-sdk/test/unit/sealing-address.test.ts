// Secrets in addresses: a device finds what the server refuses. The server's tests read the same cases.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { holdsKey, holdsPassword, withoutSecret } from "../../src/sealing/address";

const FILE = new URL("../../../src/kinds/collections/common/address-cases.json", import.meta.url);
const cases = JSON.parse(readFileSync(FILE, "utf8")) as { text: string; password: boolean; key: boolean }[];

describe.each(cases)("of $text", ({ text, password, key }) => {
  test("are found as at the server", () => {
    expect({ password: holdsPassword(text), key: holdsKey(text) }).toEqual({ password, key });
  });

  test.each([false, true])("are taken out, and nothing else is (in a service: %s)", (inService) => {
    const shown = withoutSecret(text, inService);
    expect(holdsPassword(shown) || (inService && holdsKey(shown))).toBe(false);
    expect(shown === text).toBe(!password && !(inService && key));
  });
});

test("time is linear", () => {
  for (const part of ["://", "a://b@", "é://", "?a=", "x://?token=&", "http", "a@"]) {
    const text = part.repeat(200_000 / part.length);
    expect(holdsPassword(withoutSecret(text, true))).toBe(false);
  }
});
