// Imports a file: its secrets are taken out on the device, then the server reads it. The file is never in memory as a whole: what is sent are parts of it,
// and the rows that were rewritten.

import { LandfallError, NotSignedInError, OfflineError } from "../../errors";
import type { ImportReport, Problem } from "../../generated/types.gen";
import { GUEST } from "../../guest/parts";
import { Http } from "../../http/client";
import { AssistantsApi } from "../../kinds/assistants/api";
import { SealingStore } from "../../sealing/state";
import type { OpenWorkspace } from "../../store/live";
import type { Landfall } from "../../types";
import { JsonReader } from "./json-reader";
import { type FoundRow, walkDocument } from "./sections";
import { takeOut } from "./take-out";
import type { ImportFileOptions, ImportFileReport, SecretRow } from "./types";

/** As the server's lists. */
const MAX_LISTED = 100;
const NO_COLLECTIONS: ReadonlySet<string> = new Set();

/**
 * Imports a file into the account: Landfall's export, each form of LiteChat's files, conversations of ChatGPT and LibreChat. Rows appear here with the next
 * pull, which begins at once. A repeat changes nothing.
 *
 * Rejects with NotSignedInError, OfflineError, code `invalid_option` for a client with other kinds of rows, and `locked` where the file has secrets, or rows
 * of collections that are sealed as a whole, and this device has no key yet; then nothing was sent. `unsupported`: conversations of other applications are
 * made into rows by the server, which must not see them where the application seals conversations. Otherwise with the server's code: `validation_failed`
 * for what is no such file, `malformed_json`, `payload_too_large`, `rate_limited` while another import runs. Its problem document is the error's `cause`.
 *
 * @example
 * const [file] = input.files ?? [];
 * if (file) {
 *   const { collections, mended, errors, secrets } = await importFile(landfall, file);
 *   show(collections.conversations?.created, mended, errors, secrets.leftOut);
 * }
 */
export async function importFile(
  landfall: Landfall,
  file: Blob,
  options: ImportFileOptions = {},
): Promise<ImportFileReport> {
  const api: unknown = landfall.assistants;
  if (!(api instanceof AssistantsApi))
    throw new LandfallError("invalid_option", "importFile: this client has other kinds of rows.");
  await landfall.start();
  const { source, options: client, clock } = api.parts;
  const workspace = await source.required();
  if (workspace.userId === GUEST) throw new NotSignedInError();
  if (!landfall.connectivity.status.get().online) throw new OfflineError();
  const whole = client.sealing?.collections ?? NO_COLLECTIONS;
  const { body, secrets } = await withoutSecrets(
    file,
    { workspace, whole, canSeal: client.sealing !== undefined },
    options,
  );
  const http = new Http(client, clock).inNameOf(workspace.userId);
  const report = await send(http, body, options);
  workspace.refresh();
  return { ...report, secrets };
}

interface Surroundings {
  workspace: OpenWorkspace;
  whole: ReadonlySet<string>;
  canSeal: boolean;
}

async function withoutSecrets(
  file: Blob,
  { workspace, whole, canSeal }: Surroundings,
  { secrets: wanted, signal }: ImportFileOptions,
): Promise<{ body: Blob; secrets: ImportFileReport["secrets"] }> {
  const { db } = workspace;
  const { state, current } = canSeal ? await new SealingStore(db).known() : { state: "off", current: undefined };
  const mustSeal = (wanted ?? (state === "off" ? "leave-out" : "seal")) === "seal";
  const found: SecretRow[] = [];
  const parts: BlobPart[] = [];
  let sent = 0;
  const reader = new JsonReader(file);
  const row = async (one: FoundRow) => {
    signal?.throwIfAborted();
    const isWhole = whole.has(one.collection);
    if (isWhole && !current) throw locked(`The file has rows of ${one.collection}, which leave this device sealed.`);
    const key = mustSeal || isWhole ? current : undefined;
    const { text, secrets } = await takeOut(one, await reader.text(one.range), { kinds: db.kinds, whole, key });
    if (secrets && mustSeal && !key) throw locked("The file has secrets.");
    if (secrets) found.push(secrets);
    if (text === null) return;
    parts.push(file.slice(sent, one.range.start), text);
    sent = one.range.end;
  };
  const other = () => {
    if (whole.size === 0) return;
    throw new LandfallError("unsupported", "Conversations of other applications can't be sealed on the way.");
  };
  try {
    await walkDocument(reader, { whole, row, other });
  } finally {
    await reader.cancel();
  }
  parts.push(file.slice(sent));
  const [listed, total] = [found.slice(0, MAX_LISTED), found.length];
  const lists = mustSeal ? { sealed: listed, leftOut: [] } : { sealed: [], leftOut: listed };
  const totals = mustSeal ? { sealed: total, leftOut: 0 } : { sealed: 0, leftOut: total };
  return { body: new Blob(parts), secrets: { ...lists, totals } };
}

function locked(what: string): LandfallError {
  return new LandfallError("locked", `${what} Enter the passphrase on this device first.`);
}

async function send(http: Http, body: Blob, options: ImportFileOptions): Promise<ImportReport> {
  const { mode, dryRun, strict, include, signal } = options;
  const query = new URLSearchParams({
    ...(mode && { mode }),
    ...(dryRun && { dryRun: "1" }),
    ...(strict && { strict: "1" }),
    ...(include && { include: include.join() }),
  });
  const headers = { accept: "application/json", "content-type": "application/json" };
  const init = { method: "POST", headers, body, ...(signal && { signal }) };
  const answer = await http.fetch(`/api/import?${query}`, init).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw new OfflineError(error);
  });
  const data: unknown = await answer.json().catch(() => null);
  const { code, detail, title } = (data ?? {}) as Partial<Problem>;
  if (answer.ok && data && typeof data === "object" && "collections" in data) return data as ImportReport;
  if (typeof code === "string") throw new LandfallError(code, detail || title || code, { cause: data });
  if (!answer.ok) throw new OfflineError(answer.status);
  throw new LandfallError("fault", "The server's answer could not be understood.");
}
