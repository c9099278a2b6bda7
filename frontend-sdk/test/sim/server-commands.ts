// Asks the parent process to run an operator's command on the server. The command needs real time, and the clock of a
// simulation stands still.

export type ServerCommand = "sweep" | "backup" | "restore";

/** Resolves when the command is done. */
export function runServerCommand(command: ServerCommand): Promise<void> {
  return new Promise((resolve, reject) => {
    process.once("message", ({ error }: { error: string | null }) =>
      error === null ? resolve() : reject(new Error(error)),
    );
    process.send?.({ command });
  });
}
