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
    static start(options?: { demo?: boolean; settings?: Record<string, string>; port?: number }): Promise<Server>;
    readonly url: string;
    readonly port: number;
    /** The folder of the server's data. */
    readonly dataDir: string;
    readonly socketDir: string;
    kill(): Promise<void>;
    terminate(): Promise<void>;
    restart(): Promise<void>;
    stop(): Promise<void>;
  }
}
declare module "*/harness/nginx.mjs" {
  export const nginxIsMissing: false | string;
  export function startDeployedNginx(port: number, upstreams: [number, number]): Promise<{ stop(): Promise<void> }>;
}
declare module "*/harness/ports.mjs" {
  export function freePort(): Promise<number>;
}
declare module "*/harness/until.mjs" {
  export function until<T>(what: string, read: () => T | Promise<T>, timeoutMs?: number): Promise<T>;
}
