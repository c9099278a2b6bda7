// The errors that the SDK throws: one class with a stable `code`, and subclasses for the ones worth catching by name.

/**
 * Any error of the SDK. Branch on `code`, never on the message.
 *
 * @example
 * try {
 *   await landfall.chat.renameSession(id, title);
 * } catch (error) {
 *   if (error instanceof LandfallError && error.code === "not_found") closeTab();
 *   else throw error;
 * }
 */
export class LandfallError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The browser has no room left, or aborted the write. Nothing of the call was saved. */
export class StorageFullError extends LandfallError {
  constructor(cause?: unknown) {
    super("storage_full", "Not saved: this browser has no room left for the app's data.", { cause });
  }
}

/** One wrong member. `pointer` is an RFC 6901 pointer into the input, `message` one sentence for people. */
export interface FieldFault {
  pointer: string;
  message: string;
}

/**
 * The server would always refuse the input, so nothing was stored. `errors` has every wrong member that was found, and `pointer` is the first one's.
 *
 * @example
 * if (error instanceof InvalidInputError) for (const { pointer, message } of error.errors) showBeside(pointer, message);
 */
export class InvalidInputError extends LandfallError {
  readonly pointer: string;
  readonly errors: readonly FieldFault[];

  constructor(pointer: string, message: string, errors: readonly FieldFault[] = [{ pointer, message }]) {
    super("invalid_input", message);
    this.pointer = pointer;
    this.errors = errors;
  }
}

/** The call needs a signed-in user. */
export class NotSignedInError extends LandfallError {
  constructor() {
    super("not_signed_in", "Nobody is signed in on this device.");
  }
}

/** Signing out would leave changes on this device that the server doesn't have. `count`: how many. Nothing was done. */
export class UnsentChangesError extends LandfallError {
  readonly count: number;

  constructor(count: number) {
    super("unsent_changes", `${count === 1 ? "One change is" : `${count} changes are`} on this device only.`);
    this.count = count;
  }
}

/** The call needs the server, which can't be reached. */
export class OfflineError extends LandfallError {
  constructor(cause?: unknown) {
    super("offline", "The server can't be reached.", { cause });
  }
}
