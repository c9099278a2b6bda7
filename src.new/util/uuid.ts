// UUIDs of version 7 (RFC 9562): the time, a counter within its millisecond, and random bits.

const MAX_COUNT = 0xfff;

let [ms, count] = [0, 0];

/** Each sorts behind the one before it in this tab, also where the device's clock was set back. */
export function v7(): string {
  const now = Date.now();
  count = now > ms ? 0 : count + 1;
  ms = Math.max(ms + Number(count > MAX_COUNT), now);
  count %= MAX_COUNT + 1;
  const [first = 0, ...random] = crypto.getRandomValues(new Uint8Array(8));
  // The variant is the two high bits.
  const digits =
    hex(ms, 12) + hex(0x7000 + count, 4) + [(first % 64) + 128, ...random].map((byte) => hex(byte, 2)).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
