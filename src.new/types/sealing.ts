// Sealing: secrets, and the collections that the application names, are encrypted on the device before they are sent.

import type { Observable } from "./observable";

/** "off": no passphrase is set. "locked": there is one, and this device has no key. "open": this device seals and opens rows. */
export type SealingState = "off" | "locked" | "open";

export interface RecoveryCode {
  /** Opens the data without the passphrase. It is shown once: the user writes it down. */
  recoveryCode: string;
}

/** A row whose sealed part can't be opened, although this device has the key: it was changed at the server. */
export interface UnreadableRow {
  collection: string;
  key: string;
}

/**
 * The sealing of one user's rows. All methods need the server once, except `unlock` behind a first pull. They reject with NotSignedInError,
 * OfflineError, InvalidInputError (a passphrase of less than 8 characters), code `unsupported` (no WebCrypto), and the codes that each names.
 */
export interface Sealing {
  /** The collections whose rows are sealed as a whole. */
  readonly collections: ReadonlySet<string>;
  /** `undefined` until it is known. */
  readonly state: Observable<SealingState | undefined>;
  /** Rows that this device shows without their sealed part, and never sends with another. */
  readonly unreadable: Observable<readonly UnreadableRow[]>;
  /**
   * Sets the passphrase of an account without one, and opens this device. Rejects with code `already_set_up`.
   *
   * @example
   * const { recoveryCode } = await sealing.setUp(passphrase);
   * showOnce(recoveryCode);
   */
  setUp(passphrase: string): Promise<RecoveryCode>;
  /** Opens this device, and what it holds sealed. It stays open. Rejects with code `wrong_passphrase` or `not_set_up`. */
  unlock(passphrase: string): Promise<void>;
  /** Sets another passphrase. No row is sealed again. Rejects with code `wrong_passphrase`, `not_set_up` or `changed_elsewhere`. */
  changePassphrase(passphrase: string, next: string): Promise<void>;
  /** Opens this device by the recovery code and sets another passphrase. Rejects with code `wrong_recovery_code`, `not_set_up` or `changed_elsewhere`. */
  recover(recoveryCode: string, next: string): Promise<void>;
  /** Makes another recovery code. The one before opens nothing any more. Rejects like `changePassphrase`. */
  renewRecoveryCode(passphrase: string): Promise<RecoveryCode>;
  /** For the client, which passes a user's workspace and its connection. */
  attach(workspace: unknown, http: unknown): void;
}
