// The built-in kinds of rows, and a user's database that a test opens beside the client.

import type { Table } from "dexie";
import type { LocalFile } from "../../src/kinds/assets/tables";
import { kindsOf } from "../../src/kinds/registry";
import { openUserDatabase } from "../../src/store/database";
import type { Kinds, SyncedKind, UserDatabase } from "../../src/store/synced-kind";
import type { Asset, ChatMessage, ChatSession, LandfallOptions } from "../../src/types";

export type { Kinds, SyncedKind };

export const [SESSIONS, MESSAGES, PROJECTS, ASSETS] = ["chatSessions", "chatMessages", "projects", "assets"] as const;
export const ASSISTANTS = "assistants";

export const builtinKinds = (): Kinds => kindsOf();

/** A user's database with the tables that tests read by name. */
export type TestDatabase = UserDatabase & {
  readonly chatSessions: Table<ChatSession, string>;
  readonly chatMessages: Table<ChatMessage, string>;
  readonly assetMetadata: Table<Asset, string>;
  readonly assets: Table<LocalFile, string>;
};

export function openDatabase(
  appName: string,
  userId: string,
  storage: LandfallOptions["storage"],
  kinds = builtinKinds(),
): TestDatabase {
  return openUserDatabase(appName, userId, kinds, storage) as TestDatabase;
}
