// Argon2id, which WebCrypto lacks. Loaded on demand, when a passphrase is entered.

export { argon2id } from "hash-wasm";
