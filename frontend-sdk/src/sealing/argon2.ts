// Argon2id, which WebCrypto lacks, without WebAssembly, which strict content policies refuse. Loaded on demand, when a passphrase is entered.

export { argon2idAsync } from "@noble/hashes/argon2.js";
