// `landfall.assets`. The code that needs the bytes is loaded on demand (lazy-files.ts); rows are read here.

import { keepUnchanged, liveOnDemand, type OpenWorkspace, type WorkspaceSource } from "../../store/live";
import type { OfProject } from "../../store/of-project";
import type {
  AddOptions,
  AssetChanges,
  AssetLink,
  AssetRow,
  Assets,
  FileUsage,
  UploadProgress,
} from "../../types/assets";
import type { Observable } from "../../types/observable";
import { lazyObservable } from "../../util/observable";
import { requireEdits } from "../edits-on-demand";
import type { Files } from "./files";
import { filesCode, type LazyFiles } from "./lazy-files";
import { ASSETS, DEFAULT_BUDGET_BYTES } from "./tables";

export class AssetsApi implements Assets {
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

  hold(held: boolean): Promise<void> {
    return this.#write((files) => files.hold(held));
  }

  async get(id: string): Promise<AssetRow | undefined> {
    const { queryAsset } = await requireEdits();
    return queryAsset((await this.#source.required()).db, id);
  }

  async file(id: string): Promise<File> {
    return (await filesOf(await this.#source.required())).file(id);
  }

  async link(id: string): Promise<AssetLink> {
    return (await filesOf(await this.#source.required())).link(id);
  }

  all(only: OfProject = {}): Observable<AssetRow[] | undefined> {
    return liveOnDemand(this.#source, requireEdits, {
      key: [ASSETS, only.projectId],
      query: ({ queryAssets }, { db }) => queryAssets(db, only),
      accept: (before: AssetRow[] | undefined, next: AssetRow[]) =>
        keepUnchanged(before, next, (row) => JSON.stringify(row)),
    });
  }

  usage(): Observable<FileUsage | undefined> {
    return liveOnDemand(this.#source, requireEdits, {
      key: ["usage"],
      query: ({ queryUsage }, { db }) => queryUsage(db, this.#budgetBytes),
    });
  }

  progress(): Observable<ReadonlyMap<string, UploadProgress>> {
    const progress = lazyObservable<ReadonlyMap<string, UploadProgress>>(new Map(), (set) => {
      let stop: (() => void) | undefined;
      let left = false;
      filesCode.load().then(
        ({ followProgress }) => {
          if (!left) stop = followProgress(this.#source, filesOf, set);
        },
        // Without the code for uploads there is no upload in this tab.
        () => {},
      );
      return () => {
        left = true;
        stop?.();
      };
    });
    return { ...progress, key: [this.#source, "progress"] };
  }

  async #write<T>(work: (files: Files) => Promise<T>): Promise<T> {
    const workspace = await this.#source.required();
    const result = await work(await filesOf(workspace));
    workspace.wrote();
    return result;
  }
}

/** Loads the code for bytes. Rejects where it can't be loaded. */
function filesOf({ workers }: OpenWorkspace): Promise<Files> {
  return (workers.get(ASSETS) as LazyFiles).open();
}
