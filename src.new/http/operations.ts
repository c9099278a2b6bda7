// `@landfall/client/api`: the operations of the server, generated from its OpenAPI document, for what the client doesn't cover. They don't touch
// the local database: a row that they write appears here with the next pull.

export type { Client, Config } from "../generated/client";
export { createClient, createConfig } from "../generated/client";
export * from "../generated/sdk.gen";
export type * from "../generated/types.gen";
