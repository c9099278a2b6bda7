// Declarations of modules without types.

declare module "fake-indexeddb/auto";
declare module "fake-indexeddb/lib/FDBOpenDBRequest" {
  const FDBOpenDBRequest: new () => IDBOpenDBRequest;
  export default FDBOpenDBRequest;
}
declare module "fake-indexeddb/lib/FDBTransaction" {
  const FDBTransaction: {
    new (names: unknown[], mode: IDBTransactionMode, durability: string, db: IDBDatabase): IDBTransaction;
    prototype: IDBTransaction;
  };
  export default FDBTransaction;
}
declare module "*/harness/server.mjs" {
  export class Server {
    static start(needs?: { demo?: boolean }): Promise<Server>;
    readonly url: string;
    /** The folder of the server's data. */
    readonly dataDir: string;
    stop(): Promise<void>;
  }
}
