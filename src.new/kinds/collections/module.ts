// Registers the declared collections: `landfall.collections`, one face per collection, typed by the OpenAPI document.

import { LandfallError } from "../../errors";
import type { Collections } from "../../types/collections";
import type { KindModule } from "../module";
import { RowCollection } from "../row-collection";
import { collectionKinds } from "./descriptor";

export const collections: KindModule<Collections> = {
  kinds: collectionKinds,
  openFace: ({ source, clock }) => {
    // The faces differ in their types only.
    const faces: Record<string, unknown> = Object.fromEntries(
      collectionKinds.map(({ name }) => [name, new RowCollection(source, clock, name)]),
    );
    return new Proxy(faces, {
      get: (_faces, name) =>
        name in faces || typeof name === "symbol" ? faces[name as string] : unknownCollection(name),
    }) as unknown as Collections;
  },
};

/** A face whose methods throw LandfallError `unknown_collection`. Tools that look at an object ask for other members, which it hasn't. */
function unknownCollection(name: string): unknown {
  const refuse = () => {
    const known = collectionKinds.map((kind) => kind.name).join(", ");
    throw new LandfallError("unknown_collection", `There is no collection "${name}". There are: ${known}.`);
  };
  const reject = async () => refuse();
  const writes = {
    put: reject,
    putMany: reject,
    update: reject,
    updateMany: reject,
    delete: reject,
    deleteMany: reject,
  };
  const queries = { where: refuse, orderBy: refuse, limit: refuse, count: reject };
  return { ...writes, ...queries, get: reject, list: reject, all: refuse, unsynced: refuse };
}
