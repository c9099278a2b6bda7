// Every error that the SDK gives to an application: one class with a stable `code`, and a few kinds of it worth catching by name.
// It knows nothing of HTTP or IndexedDB; those who do translate into these.

/** Branch on `code`, never on the message. */
export class LandfallError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The browser has no room left (or broke the write off): nothing of this call was saved. */
export class StorageFullError extends LandfallError {
  constructor(cause: unknown) {
    super("storage_full", "Not saved: this browser has no room left for the app's data.", { cause });
  }
}

/** The input would be refused by the server for ever, so nothing was stored. `pointer` says where (RFC 6901). */
export class InvalidInputError extends LandfallError {
  readonly pointer: string;

  constructor(pointer: string, message: string) {
    super("invalid_input", message);
    this.pointer = pointer;
  }
}

/** The call needs somebody to be signed in on this device. */
export class NotSignedInError extends LandfallError {
  constructor() {
    super("not_signed_in", "Nobody is signed in on this device.");
  }
}

/** The call needs the server and it can't be reached. */
export class OfflineError extends LandfallError {
  constructor(cause?: unknown) {
    super("offline", "The server can't be reached.", { cause });
  }
}
