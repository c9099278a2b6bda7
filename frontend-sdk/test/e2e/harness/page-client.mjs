// Runs in pages: what their clients have in common.

/** @param {Pick<import("../../../src/index").Landfall, "start" | "auth" | "sync">} landfall */
export function pageClient(landfall) {
  async function sync() {
    await landfall.sync.now();
    await landfall.sync.awaitInSync();
  }

  /** @param {string} email */
  async function signIn(email) {
    await landfall.start();
    await landfall.auth.devSignIn({ email });
    await sync();
  }

  return { signIn, sync };
}
