// Reads the rows of a device and of the server in one form, so that the invariants can compare them.

import type { OutboxEntry } from "../../src/store/tables";
import type { Json, JsonObject } from "./json";
import { findCollection, SOURCES } from "./model/registry";
import type { ArrivedRequest } from "./model/server";
import type { Device } from "./simulation/device";
import type { Backend } from "./simulation/network";

/** Living rows by collection and key. */
export type Rows = Map<string, Map<string, JsonObject>>;

export interface DeviceRows {
  name: string;
  rows: Rows;
  queue: OutboxEntry[];
  conflicts: { collection: string; key: string }[];
}

/** Reads a device's database beside its tabs. */
export async function readDevice(device: Device, userId: string): Promise<DeviceRows> {
  const all = await device.storage.read(`${device.appName}-${userId}`);
  const rows: Rows = new Map();
  for (const source of SOURCES) {
    const stored = all.get(source);
    const member = findCollection(source)?.primaryKey ?? "id";
    if (stored) rows.set(source, new Map((stored as JsonObject[]).map((row) => [String(row[member]), row])));
  }
  const queue = (all.get("syncQueue") ?? []) as OutboxEntry[];
  return { name: device.name, rows, queue, conflicts: (all.get("conflicts") ?? []) as DeviceRows["conflicts"] };
}

/** Reads all rows of a user from the server, as a new device does. */
export async function readServer(backend: Backend, email: string): Promise<{ userId: string; rows: Rows }> {
  const { token, user } = (await ask(backend, "POST", "/api/auth/dev/sign-in", null, { email })) as JsonObject;
  const rows: Rows = new Map(SOURCES.map((source) => [source, new Map()]));
  let cursor = "";
  for (let hasMore = true; hasMore; ) {
    const query = `limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const page = (await ask(backend, "GET", `/api/sync/changes?${query}`, token as string)) as JsonObject;
    for (const { collection, key, value } of page.changes as { collection: string; key: string; value: Json }[]) {
      const member = findCollection(collection)?.primaryKey;
      const row = value === null ? null : { ...(value as JsonObject), ...(member && { [member]: key }) };
      if (row) rows.get(collection)?.set(key, row);
      else rows.get(collection)?.delete(key);
    }
    cursor = String(page.cursor);
    hasMore = page.hasMore === true;
  }
  return { userId: (user as JsonObject).id as string, rows };
}

async function ask(
  backend: Backend,
  method: string,
  address: string,
  token: string | null,
  body: Json = null,
): Promise<Json> {
  const url = new URL(address, "http://readRows");
  const place = { method, path: url.pathname, query: url.searchParams };
  const request: ArrivedRequest = { ...place, body, token, expectedUser: null, ifNoneMatch: null };
  const answer = await backend.answer(request);
  if (answer.status !== 200) throw new Error(`${method} ${address} was answered ${answer.status}`);
  return answer.body;
}
