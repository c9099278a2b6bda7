// `@landfall/client/api`: the raw operations of the server, generated from its OpenAPI document, for what the client doesn't cover.
// They know nothing of the local database: what they write appears here with the next refresh.

export type { Client, Config } from "../generated/client";
export { createClient, createConfig } from "../generated/client";
export * from "../generated/sdk.gen";
export type * from "../generated/types.gen";
