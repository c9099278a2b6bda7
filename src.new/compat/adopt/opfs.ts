// Files of the earlier version in the browser's own file system (OPFS).

/** The folder of AppFrames' media library. */
const FOLDER = "media-library";

export function isHandle(value: unknown): value is FileSystemFileHandle {
  return typeof value === "object" && value !== null && "getFile" in value && typeof value.getFile === "function";
}

/** The file at a path, from the root or from the folder of the media library. `null`: it isn't there. */
export async function fileAt(path: string): Promise<{ file: File; path: string } | null> {
  for (const names of placesOf(path)) {
    const folder = await folderOf(names);
    const handle = await folder?.getFileHandle(names.at(-1) ?? "").catch(() => null);
    const file = await handle?.getFile().catch(() => null);
    if (file) return { file, path: names.join("/") };
  }
  return null;
}

export async function removeFile(path: string): Promise<void> {
  for (const names of placesOf(path)) {
    const folder = await folderOf(names);
    await folder?.removeEntry(names.at(-1) ?? "").catch(() => {});
  }
}

/** Removes the folder of the media library. */
export async function removeFolder(): Promise<void> {
  const root = await folderOf([FOLDER]);
  await root?.removeEntry(FOLDER, { recursive: true }).catch(() => {});
}

function placesOf(path: string): string[][] {
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  return [names, [FOLDER, ...names]];
}

/** The folder of the last of these names; `null`: it isn't there, or there is no file system. */
async function folderOf(names: readonly string[]): Promise<FileSystemDirectoryHandle | null> {
  try {
    let folder = await navigator.storage.getDirectory();
    for (const name of names.slice(0, -1)) folder = await folder.getDirectoryHandle(name);
    return folder;
  } catch {
    return null;
  }
}
