// Generates files of any size for the tests: pictures that a browser can draw, and files with the header of an MP4. The repository holds no large
// files.

import { createHash } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";

/** `size` bytes that do not compress. The same seed gives the same bytes. @param {number} size @param {number} seed */
export function noise(size, seed) {
  const bytes = Buffer.alloc(size);
  let state = seed * 2654435761 + 1;
  for (let at = 0; at + 4 <= size; at += 4) {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes.writeInt32LE(state, at);
  }
  return bytes;
}

/** A square picture, `side` pixels wide. `paint` gives red, green and blue of a pixel. @param {number} side @param {(x: number, y: number) => ArrayLike<number>} paint */
export function png(side, paint) {
  const lines = Buffer.alloc(side * (1 + side * 3));
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) lines.set(paint(x, y), y * (1 + side * 3) + 1 + x * 3);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  // Eight bits of red, green and blue each.
  header.set([8, 2], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(lines)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A picture of noise: about `3 * side * side` bytes. @param {number} side @param {number} seed */
export function noisyPng(side, seed) {
  const bytes = noise(side * side * 3, seed);
  return png(side, (x, y) => bytes.subarray((y * side + x) * 3, (y * side + x) * 3 + 3));
}

/** `size` bytes with the header of an MP4. @param {number} size @param {number} seed */
export function film(size, seed) {
  const bytes = noise(size, seed);
  bytes.set([0, 0, 0, 0x18, ...Buffer.from("ftypisom"), 0, 0, 2, 0, ...Buffer.from("isomiso2")]);
  return bytes;
}

/** The SHA-256 in hex. @param {Buffer | Uint8Array | ArrayBuffer} bytes */
export function sha256(bytes) {
  return createHash("sha256").update(new Uint8Array(bytes)).digest("hex");
}

/** @param {string} type @param {Buffer} data */
function chunk(type, data) {
  const named = Buffer.concat([Buffer.from(type), data]);
  const framed = Buffer.alloc(data.length + 12);
  framed.writeUInt32BE(data.length, 0);
  framed.set(named, 4);
  framed.writeUInt32BE(crc32(named), data.length + 8);
  return framed;
}
