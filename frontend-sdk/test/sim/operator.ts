// Asks the process that runs the server for what only those who run it can do. There time is real; here it stands still, so that nothing of
// it can be done in here.

export type Order = "sweep" | "backup" | "restore";

/** Resolves when it is done. */
export function order(what: Order): Promise<void> {
  return new Promise((resolve, reject) => {
    process.once("message", ({ error }: { error: string | null }) =>
      error === null ? resolve() : reject(new Error(error)),
    );
    process.send?.({ order: what });
  });
}
