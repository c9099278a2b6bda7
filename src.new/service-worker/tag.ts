// The name under which the page asks for a `sync` event.

/** The tag of the `sync` event. */
export const SYNC_TAG = "landfall-outbox";
