// Tells the application which calls have failed, in words for people. The calls reject all the same, so that stores can go back.

import { LandfallError } from "../../errors";
import { report } from "../../util/report";

/** A call that failed. */
export interface Failure {
  /** The method's name. */
  call: string;
  error: unknown;
  /** One sentence for people. */
  message: string;
}

const BY_NAME: Readonly<Record<string, string>> = {
  QuotaExceededError: "Not saved: this browser has no room left. Free some space, and try again.",
  ConstraintError: "Not saved: another one has this name already.",
  BulkError: "Nothing was imported: two rows of the file have one name.",
  DatabaseClosedError: "The data of this browser can't be reached any more. Reload the page.",
  OpenFailedError: "This browser doesn't let the app store data.",
};

/** Errors that have no name of Dexie's. */
const BY_CODE: Readonly<Record<string, string>> = {
  closed: "DatabaseClosedError",
  storage_unavailable: "OpenFailedError",
};

/** The way in which a method fails, by the beginning of its name. */
const BY_CALL: readonly [RegExp, string][] = [
  [/^(save|update)/, "Not saved. Try again."],
  [/^(delete|clear)/, "Not deleted. Try again."],
  [/^import/, "Nothing was imported."],
  [/^export|ForExport$/, "The export failed."],
  [/./, "The data could not be read. Reload the page."],
];

/** Tells a failure. A listener that throws is reported. */
export function teller(onFailure: (failure: Failure) => void): (call: string, error: unknown) => void {
  return (call, error) => {
    try {
      onFailure({ call, error, message: messageOf(call, error) });
    } catch (fault) {
      report(fault);
    }
  };
}

/** The methods of the service, which tell each rejection. */
export function withFailures<S extends object>(service: S, tell: (call: string, error: unknown) => void): S {
  const told = Object.entries(service).map(([call, method]) => {
    if (typeof method !== "function") return [call, method];
    const telling = (...input: unknown[]) => {
      const result: unknown = (method as (...all: unknown[]) => unknown)(...input);
      const promise = result as Promise<unknown> | undefined;
      // Inside a transaction of the database library a promise is of another class.
      if (typeof promise?.catch !== "function") return result;
      return promise.catch((error: unknown) => {
        tell(call, error);
        throw error;
      });
    };
    return [call, telling];
  });
  return Object.fromEntries(told) as S;
}

function messageOf(call: string, error: unknown): string {
  const { name = "", message = "" } = error instanceof Error ? error : {};
  // It says which member is wrong. Dexie adds the cause in further lines.
  if (name === "DataError") return `Not saved: ${message.split("\n")[0]}`;
  const code = error instanceof LandfallError ? (BY_CODE[error.code] ?? name) : name;
  return BY_NAME[code] ?? BY_CALL.find(([pattern]) => pattern.test(call))?.[1] ?? message;
}
