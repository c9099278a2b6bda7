// Reads spans of OTLP over HTTP with protobuf. It knows the fields that the picture needs.

/** @typedef {{ trace: string, id: string, parent: string, name: string, start: number, end: number, sql: string }} Span */

/** The fields of a message: number, and an integer or bytes. @param {Uint8Array} bytes @returns {[number, bigint | Uint8Array][]} */
function fieldsOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const integer = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = view.getUint8(at++);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  /** @type {[number, bigint | Uint8Array][]} */
  const fields = [];
  while (at < bytes.length) {
    const key = Number(integer());
    const kind = key & 7;
    if (kind === 0) fields.push([key >> 3, integer()]);
    else if (kind === 1) {
      fields.push([key >> 3, view.getBigUint64(at, true)]);
      at += 8;
    } else if (kind === 2) {
      const length = Number(integer());
      fields.push([key >> 3, bytes.subarray(at, at + length)]);
      at += length;
    } else if (kind === 5) at += 4;
    else throw new Error(`a field of the unknown kind ${kind}`);
  }
  return fields;
}

/** @param {Uint8Array} bytes @param {number} number */
const messagesOf = (bytes, number) =>
  fieldsOf(bytes).flatMap(([field, value]) => (field === number && typeof value !== "bigint" ? [value] : []));

/** @param {Uint8Array | undefined} bytes */
const textOf = (bytes) => new TextDecoder().decode(bytes);

/** The spans of a request's body. Times are in milliseconds since 1970. @param {Uint8Array} body @returns {Span[]} */
export function spansOf(body) {
  const scopes = messagesOf(body, 1).flatMap((resource) => messagesOf(resource, 2));
  return scopes.flatMap((scope) => messagesOf(scope, 2)).map(spanOf);
}

/** The name of the service that sent a request's body. @param {Uint8Array} body @returns {string | undefined} */
export function serviceOf(body) {
  const resources = messagesOf(body, 1).flatMap((resource) => messagesOf(resource, 1));
  const attributes = resources.flatMap((resource) => messagesOf(resource, 1));
  const named = attributes.find((pair) => textOf(messagesOf(pair, 1)[0]) === "service.name");
  return named && textOf(messagesOf(messagesOf(named, 2)[0] ?? new Uint8Array(), 1)[0]);
}

/** @param {Uint8Array} bytes @returns {Span} */
function spanOf(bytes) {
  const all = new Map(fieldsOf(bytes));
  const hex = (/** @type {number} */ number) => {
    const value = all.get(number);
    return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : "";
  };
  const ms = (/** @type {number} */ number) => Number(BigInt(/** @type {bigint} */ (all.get(number))) / 1_000n) / 1_000;
  const attributes = messagesOf(bytes, 9).map((pair) => [textOf(messagesOf(pair, 1)[0]), messagesOf(pair, 2)[0]]);
  const value = attributes.find(([name]) => name === "db.query.text")?.[1];
  const sql = value instanceof Uint8Array ? textOf(messagesOf(value, 1)[0]) : "";
  const name = textOf(messagesOf(bytes, 5)[0]);
  return { trace: hex(1), id: hex(2), parent: hex(4), name, start: ms(7), end: ms(8), sql };
}
