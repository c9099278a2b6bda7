// Creates the sealing of a client: the passphrase, the recovery code, and what follows from them.

import { InvalidInputError, LandfallError, NotSignedInError } from "../errors";
import { generatedCollections } from "../generated/tables.gen";
import type { Http } from "../http/client";
import type { OpenWorkspace } from "../store/live";
import type { RecoveryCode, Sealing, SealingState, UnreadableRow } from "../types/sealing";
import { newId } from "../util/ids";
import { Cell } from "../util/observable";
import { type Bytes, randomBytes } from "./bytes";
import { ARGON2_COST, type Argon2Cost, openSlot, type SealingRecord, slotByCode, slotByPassphrase } from "./record";
import { newRecoveryCode, plainCode } from "./recovery-code";
import { SealingSession } from "./session";

/** The user id of a workspace while nobody is signed in. */
const GUEST = "guest";
const MIN_PASSPHRASE_CHARS = 8;
const DATA_KEY_BYTES = 32;

export interface SealingOptions {
  /** Collections whose rows leave the device sealed as a whole, with no more in clear text than the keys of rows and references. Default: none. */
  collections?: readonly string[];
  /** The cost of a passphrase that is set from now on. Default, and the least: 2 iterations, 19 MiB and one lane. */
  argon2?: Argon2Cost;
}

/**
 * Creates the sealing of a client. It is an option of the client, in the page and in the service worker. Throws LandfallError `invalid_option`.
 *
 * @example
 * const sealing = createSealing({ collections: ["conversations", "interactions"] });
 * const landfall = createLandfall({ name: "notes", sealing });
 * sealing.state.subscribe((state) => state === "locked" && askForPassphrase());
 */
export function createSealing(options: SealingOptions = {}): Sealing {
  const { collections = [], argon2 = ARGON2_COST } = options;
  const members = Object.keys(ARGON2_COST) as (keyof Argon2Cost)[];
  if (members.some((member) => !(argon2[member] >= ARGON2_COST[member])))
    throw new LandfallError("invalid_option", "createSealing: `argon2` is below 2 iterations, 19 MiB and one lane.");
  const refused = collections.find((name) => name === "settings" || !Object.hasOwn(generatedCollections, name));
  if (refused !== undefined)
    throw new LandfallError("invalid_option", `createSealing: "${refused}" can't be sealed as a whole.`);
  return new ClientSealing(options);
}

/** `createSealing` without its checks. */
export class ClientSealing implements Sealing {
  readonly state = new Cell<SealingState | undefined>(undefined);
  readonly unreadable = new Cell<readonly UnreadableRow[]>([]);
  readonly collections: ReadonlySet<string>;
  readonly #cost: Argon2Cost;
  #session: SealingSession | null = null;
  /** A first passphrase whose answer was lost. */
  #attempt: { kid: string; code: string } | null = null;

  constructor({ collections = [], argon2 = ARGON2_COST }: SealingOptions) {
    this.collections = new Set(collections);
    this.#cost = argon2;
  }

  attach(workspace: unknown, http: unknown): void {
    this.#session?.stop();
    this.#attempt = null;
    this.state.set(undefined);
    this.unreadable.set([]);
    const session: SealingSession = new SealingSession({
      workspace: workspace as OpenWorkspace,
      http: http as Http,
      whole: this.collections,
      onState: (state) => session === this.#session && this.state.set(state),
      onUnreadable: (rows) => session === this.#session && this.unreadable.set(rows),
    });
    this.#session = session;
  }

  async setUp(passphrase: string): Promise<RecoveryCode> {
    const session = this.#required(passphrase);
    const { record, revision } = await session.read();
    if (record) return this.#finishAttempt(session, record, passphrase);
    const data = randomBytes(DATA_KEY_BYTES);
    const [kid, code] = [newId(), newRecoveryCode()];
    const byPassphrase = await slotByPassphrase(data, kid, passphrase, this.#cost);
    const made: SealingRecord = { v: 1, kid, slots: [byPassphrase, await slotByCode(data, kid, plainCode(code))] };
    this.#attempt = { kid, code };
    if (!(await session.write(made, revision))) throw alreadySetUp();
    await session.open(made, data);
    return { recoveryCode: code };
  }

  async unlock(passphrase: string): Promise<void> {
    const session = this.#required();
    const known = await session.store.record();
    const data = known && (await openSlot(known, "passphrase", passphrase));
    if (known && data) return session.open(known, data);
    // The passphrase may have been changed on another device since.
    const { record } = await session.read();
    if (!record) throw notSetUp();
    await session.open(record, await requireData(record, "passphrase", passphrase));
  }

  async changePassphrase(passphrase: string, next: string): Promise<void> {
    const session = this.#required(next);
    await this.#rewrap(session, "passphrase", passphrase, (data, kid) => slotByPassphrase(data, kid, next, this.#cost));
  }

  async recover(recoveryCode: string, next: string): Promise<void> {
    const session = this.#required(next);
    await this.#rewrap(session, "code", plainCode(recoveryCode), (data, kid) =>
      slotByPassphrase(data, kid, next, this.#cost),
    );
  }

  async renewRecoveryCode(passphrase: string): Promise<RecoveryCode> {
    const recoveryCode = newRecoveryCode();
    await this.#rewrap(this.#required(), "passphrase", passphrase, (data, kid) =>
      slotByCode(data, kid, plainCode(recoveryCode)),
    );
    return { recoveryCode };
  }

  /** Opens the record by a secret and replaces one slot of it. The data key stays, so no row is sealed again. */
  async #rewrap(
    session: SealingSession,
    by: "passphrase" | "code",
    secret: string,
    makeSlot: (data: Bytes, kid: string) => Promise<SealingRecord["slots"][number]>,
  ): Promise<void> {
    const { record, revision } = await session.read();
    if (!record) throw notSetUp();
    const data = await requireData(record, by, secret);
    const slot = await makeSlot(data, record.kid);
    const changes = (record.changes ?? 0) + 1;
    const next = { ...record, changes, slots: [...record.slots.filter((one) => one.by !== slot.by), slot] };
    if (!(await session.write(next, revision)))
      throw new LandfallError("changed_elsewhere", "Another device changes it right now. Nothing was changed here.");
    await session.open(next, data);
  }

  /** The record may be this device's own, of an attempt without an answer. */
  async #finishAttempt(session: SealingSession, record: SealingRecord, passphrase: string): Promise<RecoveryCode> {
    const attempt = this.#attempt;
    const data = attempt?.kid === record.kid ? await openSlot(record, "passphrase", passphrase) : null;
    if (!attempt || !data) {
      await session.store.takeRecord(record);
      throw alreadySetUp();
    }
    await session.open(record, data);
    return { recoveryCode: attempt.code };
  }

  #required(passphrase?: string): SealingSession {
    const session = this.#session;
    if (!session || session.userId === GUEST) throw new NotSignedInError();
    if (typeof crypto === "undefined" || !crypto.subtle)
      throw new LandfallError("unsupported", "This page has no WebCrypto: it needs https, or localhost.");
    if (passphrase !== undefined && [...passphrase].length < MIN_PASSPHRASE_CHARS)
      throw new InvalidInputError("", `A passphrase has at least ${MIN_PASSPHRASE_CHARS} characters.`);
    return session;
  }
}

async function requireData(record: SealingRecord, by: "passphrase" | "code", secret: string): Promise<Bytes> {
  const data = await openSlot(record, by, secret);
  if (data) return data;
  throw by === "passphrase"
    ? new LandfallError("wrong_passphrase", "This is not the passphrase.")
    : new LandfallError("wrong_recovery_code", "This is not the recovery code.");
}

function alreadySetUp(): LandfallError {
  return new LandfallError("already_set_up", "This account has a passphrase already.");
}

function notSetUp(): LandfallError {
  return new LandfallError("not_set_up", "This account has no passphrase yet.");
}
