// What the device remembers of who is signed in.

import type { DeviceState } from "../store/app-state";

export type Memory = DeviceState["auth"];

export const SIGNED_OUT: Memory = { user: null, stamp: null, signOutPending: false };
