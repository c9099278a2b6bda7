// The route of a request: its path without what may be content, such as the key of a row.

/** The words of the paths that the SDK asks for. Every other part of a path is `{id}`. */
const WORDS = new Set(
  (
    "api health live sync init changes row outcomes events assets presign multipart complete assistants auth get-session " +
    "sign-in sign-out dev code providers social token jwks list-accounts list-sessions link-social unlink-account " +
    "revoke-session revoke-other-sessions revoke-sessions delete-user update-user"
  ).split(" "),
);

/** The path behind the server's address; `null` for a request to another server, such as the storage. */
export function pathOf(url: string, baseUrl: string): string | null {
  const path = baseUrl !== "" && url.startsWith(`${baseUrl}/`) ? url.slice(baseUrl.length) : url;
  return path.startsWith("/") && !path.startsWith("//") ? path : null;
}

/** `GET /api/assets/{id}`, or `GET storage`. */
export function routeOf(method: string, path: string | null): string {
  const parts = path?.split(/[?#]/)[0]?.split("/") ?? [];
  return `${method} ${path === null ? "storage" : parts.map((part) => (part === "" || WORDS.has(part) ? part : "{id}")).join("/")}`;
}
