// Names of secrets, as the server knows them (src/kinds/collections/common/secret_name.rs). Pure.

const SUFFIXES =
  /(password|passphrase|passwd|secret|token|apikey|accesskey|privatekey|secretkey|authorization|credentials?)$/;
const NAMES = ["gitGlobalPat"];

/** Whether a member, or a setting, of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return NAMES.includes(name) || SUFFIXES.test(name.replace(/[^\p{Alphabetic}\p{N}]/gu, "").toLowerCase());
}
