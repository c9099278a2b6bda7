// `@landfall/client/sealing`: secrets and collections that are encrypted on the device. Apart from the core, since most pages need none of it.

export type { RecoveryCode, Sealing, SealingState, UnreadableRow } from "../types/sealing";
export { createSealing, type SealingOptions } from "./sealing";
