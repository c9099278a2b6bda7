// The types of the public surface, one file per subject.

export type * from "./assets";
export type * from "./assistants";
export type * from "./auth";
export type * from "./chat";
export type * from "./clock";
export type * from "./collections";
export type * from "./conflicts";
export type * from "./connectivity";
export type * from "./guest";
export type * from "./landfall";
export type * from "./observable";
export type * from "./options";
export type * from "./projects";
export type * from "./query";
export type * from "./rows";
export type * from "./sealing";
export type * from "./sync";
