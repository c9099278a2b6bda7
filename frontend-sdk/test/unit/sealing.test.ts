// Sealing on devices of one user: what the server gets, what a second device opens, and what a device without the key leaves alone.

import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createSealing, type Sealing, type SealingOptions } from "../../src/sealing";
import { ClientSealing } from "../../src/sealing/sealing";
import { EMAIL, firstValue, type Tab, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";

/** The least that Argon2id takes, so that the tests are quick. */
const COST = { iterations: 1, memoryKiB: 8, parallelism: 1 };
const PHRASE = "correct horse battery";

interface Device {
  tab: Tab;
  sealing: Sealing;
}

class Devices {
  readonly env = new TestEnvironment();

  async open(options: SealingOptions = {}): Promise<Device> {
    const sealing = new ClientSealing({ argon2: COST, ...options });
    this.env.options = { ...this.env.options, sealing };
    const tab = await this.env.signedInTab();
    await until(() => sealing.state.get() !== undefined, "a state");
    return { tab, sealing };
  }

  /** A device with a passphrase. */
  async first(options: SealingOptions = {}): Promise<Device & { recoveryCode: string }> {
    const device = await this.open(options);
    return { ...device, ...(await device.sealing.setUp(PHRASE)) };
  }

  /** A second device that has pulled and has no key. */
  async locked(options: SealingOptions = {}): Promise<Device> {
    const device = await this.open(options);
    await device.tab.sync();
    await until(() => device.sealing.state.get() === "locked", "a locked device");
    return device;
  }

  get data() {
    return this.env.server.userData(EMAIL);
  }

  /** Everything that has been sent, and everything that is stored. */
  get visible(): string {
    const stored = [...this.data.kinds.keys()].map((name) => this.data.live(name));
    return JSON.stringify([stored, this.env.server.received]);
  }
}

const settings = ({ tab }: Device) => tab.landfall.collections.settings;
const repos = ({ tab }: Device) => tab.landfall.collections.syncRepos;

/** An open device with a secret in two rows, and a locked one that has pulled them. */
async function withSecrets() {
  const devices = new Devices();
  const one = await devices.first();
  await settings(one).put({ key: "gitGlobalPat", value: "canary-1" });
  await repos(one).put({ id: "r", name: "Notes", remoteUrl: "https://git.example/r", password: "canary-2" } as never);
  await one.tab.sync();
  const other = await devices.locked();
  return { devices, one, other };
}

describe("secrets", () => {
  test("reach the second device, and the server never", async () => {
    const { devices, one, other } = await withSecrets();
    await one.tab.landfall.collections.apiKeys.put({ id: "k", name: "Work", value: "canary-3" } as never);
    await one.tab.sync();
    await other.sealing.unlock(PHRASE);
    await other.tab.sync();
    expect(await settings(other).get("gitGlobalPat")).toEqual({ key: "gitGlobalPat", value: "canary-1" });
    expect(await repos(other).get("r")).toMatchObject({ password: "canary-2" });
    expect(await other.tab.landfall.collections.apiKeys.get("k")).toMatchObject({ value: "canary-3" });
    expect(devices.visible).not.toContain("canary");
    expect(Object.keys(devices.data.live("apiKeys"))).toEqual(["k"]);
    // The record is no setting of the application.
    expect((await settings(other).list()).map(({ key }) => key)).toEqual(["gitGlobalPat"]);
  });

  test("wait on a device without a passphrase, and are sent when it has one", async () => {
    const devices = new Devices();
    const device = await devices.open();
    await settings(device).put({ key: "gitGlobalPat", value: "canary" });
    await settings(device).put({ key: "theme", value: "dark" });
    await device.tab.landfall.collections.apiKeys.put({ id: "k", name: "Work", value: "canary" } as never);
    await device.tab.landfall.sync.now();
    await device.tab.idle();
    expect(devices.data.live("settings")).toEqual({ theme: { value: "dark" } });
    expect(await firstValue(device.tab.landfall.sync.failed())).toMatchObject([
      { key: "gitGlobalPat", code: "locked" },
    ]);
    expect(devices.visible).not.toContain("canary");
    await device.sealing.setUp(PHRASE);
    await device.tab.sync();
    expect(Object.keys(devices.data.live("settings")).sort()).toEqual(["gitGlobalPat", "landfall:sealing", "theme"]);
    expect(Object.keys(devices.data.live("apiKeys"))).toEqual(["k"]);
    expect(devices.visible).not.toContain("canary");
  });

  test("that are saved again cause no write, and an answer that is lost causes one", async () => {
    const { devices, one } = await withSecrets();
    const before = devices.data.version;
    await settings(one).put({ key: "gitGlobalPat", value: "canary-1" });
    await one.tab.sync();
    expect(devices.data.version).toBe(before);
    devices.env.server.fail(/POST \/api\/sync$/, { kind: "lost-answer" });
    await settings(one).put({ key: "gitGlobalPat", value: "canary-4" });
    await one.tab.sync();
    expect(devices.data.version).toBe(before + 1);
  });
});

describe("a device without the key", () => {
  test("shows the row without the secret, and leaves the secret alone", async () => {
    const { devices, one, other } = await withSecrets();
    const row = await repos(other).get("r");
    expect(row).toMatchObject({ name: "Notes", remoteUrl: "https://git.example/r" });
    expect(JSON.stringify(row)).not.toContain("canary");
    await repos(other).update("r", { name: "Renamed" });
    await other.tab.sync();
    // A row that the application makes anew has no envelope.
    await repos(other).put({ id: "r", name: "Again", remoteUrl: "https://git.example/r" });
    await other.tab.sync();
    await one.tab.sync();
    expect(await repos(one).get("r")).toMatchObject({ name: "Again", password: "canary-2" });
    expect(devices.visible).not.toContain("canary");
    await other.sealing.unlock(PHRASE);
    expect(await repos(other).get("r")).toMatchObject({ name: "Again", password: "canary-2" });
  });

  test("sends a new secret when it is open, and none that it has overwritten without seeing it", async () => {
    const { one, other } = await withSecrets();
    await settings(one).put({ key: "mcpServers", value: [{ id: "m", headers: { "X-Key": "canary-5" } }] });
    await one.tab.sync();
    await other.tab.sync();
    await settings(other).put({ key: "mcpServers", value: [] });
    await settings(other).put({ key: "gitGlobalPat", value: "canary-6" });
    await repos(other).put({ id: "r", name: "Notes", remoteUrl: "https://git.example/r", note: "n" } as never);
    await other.tab.landfall.sync.now();
    await other.tab.idle();
    await other.sealing.unlock(PHRASE);
    await other.tab.sync();
    await one.tab.sync();
    for (const device of [one, other]) {
      expect(await settings(device).get("mcpServers")).toMatchObject({ value: [{ headers: { "X-Key": "canary-5" } }] });
      expect(await settings(device).get("gitGlobalPat")).toMatchObject({ value: "canary-6" });
      expect(await repos(device).get("r")).toMatchObject({ password: "canary-2", note: "n" });
    }
  });

  test("opens what it has stored without a network", async () => {
    const { other } = await withSecrets();
    await other.tab.landfall.connectivity.simulateOffline(true);
    await other.sealing.unlock(PHRASE);
    expect(await settings(other).get("gitGlobalPat")).toMatchObject({ value: "canary-1" });
    expect(other.sealing.state.get()).toBe("open");
  });
});

describe("the passphrase", () => {
  test("that is wrong is told at once, and opens nothing", async () => {
    const { other } = await withSecrets();
    await expect(other.sealing.unlock("another passphrase")).rejects.toMatchObject({ code: "wrong_passphrase" });
    await expect(other.sealing.recover("ABCDE-FGHJK", "another one")).rejects.toMatchObject({
      code: "wrong_recovery_code",
    });
    await expect(other.sealing.changePassphrase("wrong one", "another one")).rejects.toMatchObject({
      code: "wrong_passphrase",
    });
    expect(other.sealing.state.get()).toBe("locked");
    expect(JSON.stringify(await settings(other).list())).not.toContain("canary");
  });

  test("is set once for an account", async () => {
    const { other } = await withSecrets();
    await expect(other.sealing.setUp("another passphrase")).rejects.toMatchObject({ code: "already_set_up" });
    const devices = new Devices();
    const device = await devices.open();
    await expect(device.sealing.unlock(PHRASE)).rejects.toMatchObject({ code: "not_set_up" });
    await expect(device.sealing.setUp("short")).rejects.toMatchObject({ code: "invalid_input" });
    const both = await Promise.allSettled([device.sealing.setUp(PHRASE), (await devices.open()).sealing.setUp(PHRASE)]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("may be set again after an answer was lost", async () => {
    const devices = new Devices();
    const { tab, sealing } = await devices.open();
    devices.env.server.fail(/POST \/api\/sync$/, { kind: "lost-answer" });
    await expect(sealing.setUp(PHRASE)).rejects.toMatchObject({ code: "offline" });
    const { recoveryCode } = await sealing.setUp(PHRASE);
    await settings({ tab, sealing }).put({ key: "gitGlobalPat", value: "canary" });
    await tab.sync();
    const other = await devices.locked();
    await other.sealing.recover(recoveryCode, "another passphrase");
    expect(await settings(other).get("gitGlobalPat")).toMatchObject({ value: "canary" });
  });

  test("changes without a row being sealed again, and the one before opens nothing", async () => {
    const { devices, one, other } = await withSecrets();
    const rows = JSON.stringify([devices.data.live("syncRepos"), devices.data.live("settings").gitGlobalPat]);
    await one.sealing.changePassphrase(PHRASE, "another passphrase");
    expect(JSON.stringify([devices.data.live("syncRepos"), devices.data.live("settings").gitGlobalPat])).toBe(rows);
    await other.tab.sync();
    await expect(other.sealing.unlock(PHRASE)).rejects.toMatchObject({ code: "wrong_passphrase" });
    await other.sealing.unlock("another passphrase");
    expect(await settings(other).get("gitGlobalPat")).toMatchObject({ value: "canary-1" });
  });

  test("is replaced by the recovery code, which is renewed by the passphrase", async () => {
    const devices = new Devices();
    const one = await devices.first();
    await settings(one).put({ key: "gitGlobalPat", value: "canary" });
    await one.tab.sync();
    const other = await devices.locked();
    await other.sealing.recover(one.recoveryCode.toLowerCase().replaceAll("-", " "), "another passphrase");
    expect(await settings(other).get("gitGlobalPat")).toMatchObject({ value: "canary" });
    const { recoveryCode } = await one.sealing.renewRecoveryCode("another passphrase");
    const third = await devices.locked();
    await expect(third.sealing.recover(one.recoveryCode, "one more phrase")).rejects.toMatchObject({
      code: "wrong_recovery_code",
    });
    await third.sealing.recover(recoveryCode, "one more phrase");
    expect(third.sealing.state.get()).toBe("open");
  });
});

describe("a change at the server", () => {
  test("of an envelope is told, shown without the secret, and never sent", async () => {
    const { devices, one } = await withSecrets();
    const { sealed } = devices.data.live("syncRepos").r as { sealed: object };
    await repos(one).put({ id: "s", name: "Other", remoteUrl: "https://git.example/s", password: "canary-7" } as never);
    await one.tab.sync();
    devices.data.write("syncRepos", "s", { name: "Moved", remoteUrl: "https://git.example/s", sealed });
    await one.tab.sync();
    await until(() => one.sealing.unreadable.get().length > 0, "an unreadable row");
    expect(one.sealing.unreadable.get()).toEqual([{ collection: "syncRepos", key: "s" }]);
    const row = await repos(one).get("s");
    expect(row).toMatchObject({ name: "Moved" });
    expect(row).not.toHaveProperty("password");
    await repos(one).put({ ...(row as object), password: "canary-8" } as never);
    await one.tab.sync();
    await until(async () => devices.data.live("syncRepos").s?.name === "Moved", "the row");
    expect(devices.visible).not.toContain("canary");
  });

  test("that deletes the record is mended by a device that is open", async () => {
    const { devices, one } = await withSecrets();
    devices.data.write("settings", "landfall:sealing", null);
    await one.tab.sync();
    // The next request mends it.
    await one.tab.sync();
    await until(() => devices.data.live("settings")["landfall:sealing"] !== undefined, "the record");
    const third = await devices.locked();
    await third.sealing.unlock(PHRASE);
    expect(await settings(third).get("gitGlobalPat")).toMatchObject({ value: "canary-1" });
  });

  test("that restores a backup from before the passphrase loses nothing", async () => {
    const devices = new Devices();
    const one = await devices.open();
    await settings(one).put({ key: "theme", value: "dark" });
    await one.tab.sync();
    const restore = devices.data.backup();
    await one.sealing.setUp(PHRASE);
    await settings(one).put({ key: "gitGlobalPat", value: "canary" });
    await one.tab.sync();
    restore();
    await one.tab.sync();
    const other = await devices.locked();
    await other.sealing.unlock(PHRASE);
    await other.tab.sync();
    expect(await settings(other).get("gitGlobalPat")).toMatchObject({ value: "canary" });
    expect(devices.visible).not.toContain("canary");
  });
});

describe("a record that an import has written", () => {
  const AT = "landfall:sealing";
  const record = (devices: Devices) => devices.data.live("settings")[AT] as { value: { kid: string } };

  async function opensWith(devices: Devices, phrase: string): Promise<void> {
    const next = await devices.locked();
    await next.sealing.unlock(phrase);
    expect(await settings(next).get("gitGlobalPat")).toMatchObject({ value: "canary-1" });
  }

  test("of another account is replaced by a device that is open", async () => {
    const other = new Devices();
    await other.first();
    const { devices, one } = await withSecrets();
    const own = record(devices);
    devices.data.write("settings", AT, record(other));
    await one.tab.sync();
    expect(one.sealing.state.get()).toBe("open");
    await one.tab.sync();
    await until(() => record(devices).value.kid === own.value.kid, "the record");
    await one.tab.sync();
    expect(record(devices)).toEqual(own);
    expect(one.sealing.state.get()).toBe("open");
    await opensWith(devices, PHRASE);
  });

  test("and that another device writes again is taken, so that two devices come to one end", async () => {
    const other = new Devices();
    await other.first();
    const { devices, one } = await withSecrets();
    const own = record(devices);
    devices.data.write("settings", AT, record(other));
    for (let round = 0; round < 2; round += 1) await one.tab.sync();
    await until(() => record(devices).value.kid === own.value.kid, "the record");
    devices.data.write("settings", AT, record(other));
    await one.tab.sync();
    await until(() => one.sealing.state.get() === "locked", "a locked device");
    devices.data.write("settings", AT, own);
    await one.tab.sync();
    await until(() => one.sealing.state.get() === "open", "the key that the device has kept");
  });

  test("from before a change of the passphrase brings that one back nowhere", async () => {
    const { devices, one, other } = await withSecrets();
    const before = record(devices);
    await one.sealing.changePassphrase(PHRASE, "another passphrase");
    await other.tab.sync();
    devices.data.write("settings", AT, before);
    await other.tab.sync();
    await expect(other.sealing.unlock(PHRASE)).rejects.toMatchObject({ code: "wrong_passphrase" });
    for (let round = 0; round < 2; round += 1) await one.tab.sync();
    await until(() => JSON.stringify(record(devices)) !== JSON.stringify(before), "the record");
    await opensWith(devices, "another passphrase");
    await expect((await devices.locked()).sealing.unlock(PHRASE)).rejects.toMatchObject({ code: "wrong_passphrase" });
  });
});

test("the record is no setting that an application writes or deletes", async () => {
  const { devices, one } = await withSecrets();
  const before = devices.data.live("settings")["landfall:sealing"];
  await settings(one).put({ key: "landfall:sealing", value: { v: 1, kid: "k", slots: [] } });
  await one.tab.landfall.sync.now();
  await one.tab.idle();
  expect(await firstValue(one.tab.landfall.sync.failed())).toMatchObject([
    { key: "landfall:sealing", code: "invalid_input" },
  ]);
  await settings(one).delete("landfall:sealing");
  await one.tab.sync();
  expect(devices.data.live("settings")["landfall:sealing"]).toEqual(before);
  expect(one.sealing.state.get()).toBe("open");
});

describe("a conflict", () => {
  test("about a sealed member is decided by the plain values, and ends", async () => {
    const { devices, one, other } = await withSecrets();
    await other.sealing.unlock(PHRASE);
    await one.tab.landfall.connectivity.simulateOffline(true);
    await repos(one).update("r", { password: "canary-8", branch: "main" } as never);
    await repos(other).update("r", { username: "anna" });
    await other.tab.sync();
    await one.tab.landfall.connectivity.simulateOffline(false);
    await one.tab.sync();
    await other.tab.sync();
    const expected = { name: "Notes", branch: "main", username: "anna", password: "canary-8" };
    for (const device of [one, other]) expect(await repos(device).get("r")).toMatchObject(expected);
    const { version } = devices.data;
    for (const device of [one, other, one, other]) await device.tab.sync();
    expect(devices.data.version).toBe(version);
    expect(devices.visible).not.toContain("canary");
  });

  test("about equal secrets is none", async () => {
    const { devices, one, other } = await withSecrets();
    await other.sealing.unlock(PHRASE);
    for (const device of [one, other]) await device.tab.landfall.connectivity.simulateOffline(true);
    for (const device of [one, other]) await settings(device).put({ key: "githubToken", value: "canary-9" });
    for (const device of [one, other, one]) {
      await device.tab.landfall.connectivity.simulateOffline(false);
      await device.tab.sync();
    }
    expect(devices.data.row("settings", "githubToken")).toMatchObject({ revision: 1 });
    for (const device of [one, other]) expect(await firstValue(device.tab.landfall.conflicts.list())).toEqual([]);
  });
});

describe("a sealed collection", () => {
  const OPTIONS = { collections: ["conversations", "interactions", "tags"] };
  const chats = ({ tab }: Device) => tab.landfall.collections;

  async function write(device: Device): Promise<void> {
    await chats(device).conversations.put({ id: "c", title: "canary title" });
    await chats(device).interactions.put({ id: "i", conversationId: "c", index: 0, prompt: "canary prompt" } as never);
    await chats(device).tags.put({ id: "t", name: "canary tag" });
  }

  test("stays on the device until there is a passphrase, and then leaves it sealed", async () => {
    const devices = new Devices();
    const one = await devices.open(OPTIONS);
    await write(one);
    await one.tab.sync();
    expect(devices.data.live("conversations")).toEqual({});
    expect(one.tab.landfall.sync.status.get()).toMatchObject({ state: "synced", failed: 0 });
    await one.sealing.setUp(PHRASE);
    await one.tab.sync();
    expect(devices.data.live("interactions").i).toMatchObject({ conversationId: "c", index: 0 });
    expect(devices.visible).not.toContain("canary");

    const other = await devices.locked(OPTIONS);
    expect(await chats(other).conversations.list()).toEqual([]);
    await other.sealing.unlock(PHRASE);
    await other.tab.sync();
    expect(await chats(other).conversations.where("title").equals("canary title").list()).toEqual([
      { id: "c", title: "canary title" },
    ]);
    expect(await chats(other).interactions.get("i")).toMatchObject({ prompt: "canary prompt", index: 0 });
    await chats(other).interactions.update("i", { prompt: "canary again" } as never);
    await other.tab.sync();
    await one.tab.sync();
    expect(await chats(one).interactions.get("i")).toMatchObject({ prompt: "canary again" });
    expect(devices.visible).not.toContain("canary");
  });

  test("that was sent in clear text before is sealed again", async () => {
    const devices = new Devices();
    const before = await devices.first();
    await write(before);
    await before.tab.sync();
    expect(devices.visible).toContain("canary title");
    const other = await devices.locked(OPTIONS);
    await other.sealing.unlock(PHRASE);
    await other.tab.sync();
    await until(async () => {
      await other.tab.sync();
      const names = ["conversations", "interactions", "tags"];
      return !JSON.stringify(names.map((name) => devices.data.live(name))).includes("canary");
    }, "sealed rows");
    expect(await chats(other).conversations.get("c")).toEqual({ id: "c", title: "canary title" });
  });

  test("finds a name that two devices have given at once", async () => {
    const devices = new Devices();
    const one = await devices.first(OPTIONS);
    const other = await devices.locked(OPTIONS);
    await other.sealing.unlock(PHRASE);
    await chats(one).tags.put({ id: "a", name: "canary" });
    await one.tab.sync();
    await chats(other).tags.put({ id: "b", name: "canary", description: "d" });
    await other.tab.sync();
    await one.tab.sync();
    for (const device of [one, other])
      expect(await chats(device).tags.list()).toMatchObject([{ id: "a", name: "canary", description: "d" }]);
  });
});

test("a start of an open device pulls nothing again", async () => {
  const devices = new Devices();
  const options = { collections: ["tags"] };
  const one = await devices.first(options);
  await one.tab.landfall.collections.tags.put({ id: "t", name: "canary" });
  await one.tab.sync();
  await one.tab.landfall.close();
  const pages = vi.spyOn(devices.data, "page");
  devices.env.options = { sealing: new ClientSealing({ argon2: COST, ...options }) };
  const tab = one.tab.browser.tab();
  await tab.landfall.start();
  await tab.sync();
  expect(pages.mock.calls.length).toBeGreaterThan(0);
  for (const [, names] of pages.mock.calls) expect(names).toEqual(expect.arrayContaining(["tags", "apiKeys"]));
  for (const { value } of pages.mock.results) expect(value.changes).toEqual([]);
});

test("the second tab of a device is open when the first is", async () => {
  const devices = new Devices();
  const one = await devices.first();
  await settings(one).put({ key: "gitGlobalPat", value: "canary" });
  const sealing = new ClientSealing({ argon2: COST });
  devices.env.options = { sealing };
  const tab = one.tab.browser.tab();
  onTestFinished(() => tab.landfall.close());
  await tab.landfall.start();
  await until(() => sealing.state.get() === "open", "an open tab");
  expect(await tab.landfall.collections.settings.get("gitGlobalPat")).toMatchObject({ value: "canary" });
});

test("another user of the device has another key", async () => {
  const devices = new Devices();
  const one = await devices.first();
  await settings(one).put({ key: "gitGlobalPat", value: "canary" });
  await one.tab.sync();
  await one.tab.landfall.auth.signOut();
  await one.tab.signIn("grace@example.org");
  await until(() => one.sealing.state.get() === "off", "no passphrase");
  expect(await settings(one).list()).toEqual([]);
  await one.tab.landfall.auth.signOut();
  await expect(one.sealing.setUp(PHRASE)).rejects.toBeInstanceOf(Error);
});

test("options that protect too little are refused", () => {
  const weak = { iterations: 1, memoryKiB: 19 * 1024, parallelism: 1 };
  for (const options of [
    { argon2: weak },
    { argon2: { ...weak, iterations: Number.NaN } },
    { collections: ["settings"] },
    { collections: ["chatMessages"] },
  ])
    expect(() => createSealing(options)).toThrow(expect.objectContaining({ code: "invalid_option" }));
  expect(createSealing({ argon2: { ...weak, iterations: 3 }, collections: ["tags"] }).state.get()).toBeUndefined();
});
