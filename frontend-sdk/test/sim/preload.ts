// Loads the modules that the SDK loads on demand. A first import takes real time, so the first simulation of a process would differ from the next ones.
// It is a function, since a bundler drops a module without exports.

export async function preload(): Promise<void> {
  const { leaderCode } = await import("../../src/sync/leader-on-demand");
  const { loadEdits } = await import("../../src/kinds/edits-on-demand");
  await Promise.all([
    import("../../src/auth/on-demand"),
    import("../../src/guest/claims"),
    import("../../src/http/event-stream"),
    import("../../src/kinds/assets/files"),
    import("../../src/sync/initial-snapshot"),
    leaderCode.load(),
    loadEdits(),
  ]);
}
