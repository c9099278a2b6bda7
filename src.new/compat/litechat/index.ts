// `@landfall/client/compat/litechat`: LiteChat's persistence service over the client's collections.

export type { Failure } from "./failures";
export type { FileReport, ImportNote } from "./import-rows";
export type { RemoteChange } from "./remote";
export { createPersistenceService, liteChatOptions, type PersistenceOptions } from "./service";
export type { TableName } from "./tables";
export type {
  ConversationData,
  FullExportData,
  LiteChatFile,
  PersistenceService,
  ProjectData,
  ProjectTree,
  RowTypes,
  SectionFlags,
} from "./types";
export type { Fill, Upgrades } from "./upgrades";
