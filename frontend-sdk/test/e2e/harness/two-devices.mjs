// Two devices with the same chat open.

/**
 * @param {ReturnType<typeof import("./test-environment.mjs").useTestEnvironment>} env
 * @param {string} email
 */
export async function twoDevices(env, email) {
  const first = await (await env.device()).tab();
  await first.signIn(email);
  await first.newSession();
  await first.untilPill("synced");
  const second = await (await env.device()).tab();
  await second.signIn(email);
  await second.page.goto(`${env.server.url}/#/s/${await first.sessionKey()}`);
  await second.find("composer").waitFor();
  return { first, second };
}
