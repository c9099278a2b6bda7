// `landfall.assets`: files as an application uses them. What needs the bytes is loaded apart (lazy.ts); rows are read here.

import { keepUnchanged } from "../chat/observe";
import { liveOf, type WorkspaceSource } from "../live";
import { lazyObservable } from "../observable";
import type { Observable } from "../types";
import type { Workspace } from "../workspace";
import type { Files } from "./files";
import type {
  AddOptions,
  AssetChanges,
  AssetLink,
  AssetRow,
  Assets as AssetsApi,
  FileUsage,
  UploadProgress,
} from "./types";
import { DEFAULT_BUDGET_BYTES, queryAsset, queryAssets, queryUsage } from "./view";

const NOTHING: ReadonlyMap<string, UploadProgress> = new Map();

export class Assets implements AssetsApi {
  readonly #source: WorkspaceSource;
  readonly #budgetBytes: number;

  constructor(source: WorkspaceSource, budgetBytes = DEFAULT_BUDGET_BYTES) {
    this.#source = source;
    this.#budgetBytes = budgetBytes;
  }

  add(file: Blob, options: AddOptions = {}): Promise<AssetRow> {
    return this.#write((files) => files.add(file, options));
  }

  update(id: string, changes: AssetChanges): Promise<void> {
    return this.#write((files) => files.update(id, changes));
  }

  delete(id: string): Promise<void> {
    return this.#write((files) => files.delete(id));
  }

  upload(id: string): Promise<void> {
    return this.#write((files) => files.upload(id));
  }

  async get(id: string): Promise<AssetRow | undefined> {
    return queryAsset((await this.#source.required()).db, id);
  }

  async file(id: string): Promise<File> {
    return (await (await this.#source.required()).files.open()).file(id);
  }

  async link(id: string): Promise<AssetLink> {
    return (await (await this.#source.required()).files.open()).link(id);
  }

  all(only: { projectId?: string } = {}): Observable<AssetRow[] | undefined> {
    return liveOf(this.#source, {
      query: ({ db }) => queryAssets(db, only),
      accept: (before: AssetRow[] | undefined, next: AssetRow[]) =>
        keepUnchanged(before, next, (row) => JSON.stringify(row)),
    });
  }

  usage(): Observable<FileUsage | undefined> {
    return liveOf(this.#source, { query: ({ db }) => queryUsage(db, this.#budgetBytes) });
  }

  progress(): Observable<ReadonlyMap<string, UploadProgress>> {
    return lazyObservable(NOTHING, (set) => {
      let stop = () => {};
      const follow = (workspace: Workspace | null) => {
        stop();
        set(NOTHING);
        let left = false;
        stop = () => {
          left = true;
        };
        workspace?.files.open().then(
          ({ progress }) => {
            if (left) return;
            set(progress.shown.get());
            stop = progress.shown.subscribe(set);
          },
          // Without the part that uploads nothing is uploaded here.
          () => {},
        );
      };
      const unfollow = this.#source.current.subscribe(follow);
      follow(this.#source.current.get());
      return () => {
        unfollow();
        stop();
      };
    });
  }

  async #write<T>(work: (files: Files) => Promise<T>): Promise<T> {
    const workspace = await this.#source.required();
    const result = await work(await workspace.files.open());
    workspace.wrote();
    return result;
  }
}
