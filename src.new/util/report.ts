// Reports errors that no caller receives: those of the application's listeners, and of queries behind what a page shows.

/** Reports an error as the browser reports uncaught ones, and goes on. */
export function report(error: unknown): void {
  if (typeof reportError === "function") reportError(error);
  else console.error(error);
}
