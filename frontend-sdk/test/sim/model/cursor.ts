// How far a device has read, collection by collection. A collection that a cursor doesn't know starts from the beginning.

import { invalid } from "./refusal";

/** Everything before `version` has been read; of `version` itself what stands up to the row `after`, or all of it. */
export interface Place {
  version: number;
  after: string | null;
  /** The horizon when the device began with the collection: what was swept by then it never had. */
  begunAt: number;
}

export const START: Place = { version: 0, after: null, begunAt: 0 };

export interface Cursor {
  epoch: string;
  places: Map<string, Place>;
}

export function placeIn(cursor: Cursor, collection: string): Place {
  return cursor.places.get(collection) ?? START;
}

export function isStart({ version, after }: Place): boolean {
  return version === 0 && after === null;
}

/** Whether deletes may be swept that the device has not read of. */
export function isBehind(place: Place, horizon: number): boolean {
  const completeTo = place.after === null ? place.version : place.version - 1;
  return !isStart(place) && Math.max(completeTo, place.begunAt) < horizon;
}

/** Nothing up to `version` is missing. */
export function covers(place: Place, version: number): boolean {
  return place.after === null && place.version >= version;
}

/** The newest version that it has seen anything of. */
export function newestOf(cursor: Cursor): number {
  return Math.max(0, ...[...cursor.places.values()].map(({ version }) => version));
}

export function encodeCursor({ epoch, places }: Cursor): string {
  return btoa(JSON.stringify({ epoch, places: [...places] }));
}

export function decodeCursor(text: string, pointer: string): Cursor {
  try {
    const { epoch, places } = JSON.parse(atob(text)) as { epoch: string; places: [string, Place][] };
    return { epoch, places: new Map(places) };
  } catch {
    throw invalid(pointer, "invalid_type");
  }
}
