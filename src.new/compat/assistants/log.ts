// Where the lines of the log go, and what is counted.

/** Gets each line with its prefix. `console` is one. */
export interface Logger {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

export const SILENT: Logger = { info: () => {}, warn: () => {}, error: () => {} };

/** One call of the client of the market. */
export interface Measurement {
  /** "create", "list", ... */
  name: string;
  durationMs: number;
  success: boolean;
  /** Whether the answer came from this device; absent for writes. */
  cache?: "hit" | "miss";
}
