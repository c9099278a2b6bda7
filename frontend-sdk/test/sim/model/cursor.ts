// How far a device has pulled, for each collection. A collection that is missing in a cursor starts from the beginning.

import { invalid } from "./api-error";

/**
 * Everything before `version` was pulled. Of `version` itself, the rows up to `after` were pulled, or all rows if
 * `after` is null.
 */
export interface Place {
  version: number;
  after: string | null;
  /** The horizon when the device started with the collection. Rows removed by then never reached the device. */
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

/** Whether retention may have removed deletes that the device has not pulled. */
export function isBehind(place: Place, horizon: number): boolean {
  const completeTo = place.after === null ? place.version : place.version - 1;
  return !isStart(place) && Math.max(completeTo, place.begunAt) < horizon;
}

/** Whether everything up to `version` was pulled. */
export function covers(place: Place, version: number): boolean {
  return place.after === null && place.version >= version;
}

/** The newest version of all places. */
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
