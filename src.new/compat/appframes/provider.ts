// AppFrames' media library in a React tree.

import {
  createContext,
  createElement,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { useLandfallIfAny } from "../../react/context";
import type { Landfall, Observable } from "../../types";
import { report } from "../../util/report";
import type { MediaAsset } from "../files";
import { CLOSED_STATE, MediaLibrary, type MediaLibraryConfig, type MediaLibraryState } from "./media-library";

/** `undefined`: there is no provider. `null`: the provider's library isn't open yet. */
const LibraryContext = createContext<MediaLibrary | null | undefined>(undefined);

const CLOSED: Observable<MediaLibraryState> = { get: () => CLOSED_STATE, subscribe: () => () => {} };

export interface MediaLibraryProviderProps {
  /** May be a new object at every render. Without a client in it, that of the nearest `LandfallProvider` is used, or a new one is created. */
  syncConfig?: MediaLibraryConfig;
  children?: ReactNode;
}

/**
 * Opens the media library for `useMediaLibrary` below it.
 *
 * @example
 * <MediaLibraryProvider syncConfig={{ apiBaseUrl: "/api", autoSync: true, syncInterval: 30_000 }}><Editor /></MediaLibraryProvider>
 */
export function MediaLibraryProvider({ syncConfig, children }: MediaLibraryProviderProps): ReactNode {
  const library = useOpenLibrary(syncConfig ?? {});
  return createElement(LibraryContext.Provider, { value: library }, children);
}

export interface UseMediaLibrary extends MediaLibraryState {
  /** Stores files on this device. Files that are refused are named in `error`; the others are stored. */
  uploadFiles(files: FileList | readonly File[]): Promise<MediaAsset[]>;
  deleteAsset(asset: Pick<MediaAsset, "cloudId">): Promise<void>;
  /** Pulls the changes of other devices. */
  refresh(): Promise<void>;
  /** Uploads everything that waits, files that were kept here among them. */
  syncNow(): Promise<void>;
}

/**
 * The files of the user, and what can be done with them: of the nearest provider, or with a configuration of the component's own. Throws an Error where there is
 * neither. Before the library is open, calls reject.
 *
 * @example
 * const { assets, uploadFiles, syncStatus } = useMediaLibrary();
 * return assets.map(({ cloudId, thumbnailUrl, fileName }) => <img key={cloudId} src={thumbnailUrl} alt={fileName} />);
 */
export function useMediaLibrary({ syncConfig }: { syncConfig?: MediaLibraryConfig } = {}): UseMediaLibrary {
  const above = useContext(LibraryContext);
  const own = useOpenLibrary(syncConfig ?? null);
  if (above === undefined && !syncConfig)
    throw new Error("useMediaLibrary needs a <MediaLibraryProvider> above it, or `syncConfig`");
  const library = syncConfig ? own : (above ?? null);
  const { get, subscribe } = library?.state ?? CLOSED;
  const state = useSyncExternalStore(subscribe, get, CLOSED.get);
  return useMemo(() => ({ ...state, ...actionsOf(library) }), [library, state]);
}

function actionsOf(library: MediaLibrary | null): Omit<UseMediaLibrary, keyof MediaLibraryState> {
  if (library) {
    const { uploadFiles, deleteAsset, refresh, syncNow } = library;
    return { uploadFiles, deleteAsset, refresh, syncNow };
  }
  const early = () => Promise.reject(new Error("The media library isn't open yet."));
  return { uploadFiles: early, deleteAsset: early, refresh: early, syncNow: early };
}

/** A library that is open while the component is mounted. `null` opens none. StrictMode opens it twice, one after the other. */
function useOpenLibrary(config: MediaLibraryConfig | null): MediaLibrary | null {
  const nearest: Landfall | null = useLandfallIfAny();
  const [library, setLibrary] = useState<MediaLibrary | null>(null);
  const latest = useRef(config);
  useEffect(() => {
    latest.current = config;
  });
  const isWanted = config !== null;
  const hasUserId = config?.getUserId !== undefined;
  const hasToken = config?.getAuthToken !== undefined;
  const { landfall = nearest ?? undefined, apiBaseUrl, name, autoSync, syncInterval } = config ?? {};
  useEffect(() => {
    if (!isWanted) return;
    const opened = new MediaLibrary({
      ...{ landfall, apiBaseUrl, name, autoSync, syncInterval },
      ...(hasUserId && { getUserId: async () => (await latest.current?.getUserId?.()) ?? null }),
      ...(hasToken && { getAuthToken: async () => (await latest.current?.getAuthToken?.()) ?? null }),
      onSyncStatusChange: (status) => latest.current?.onSyncStatusChange?.(status),
      onSyncError: (error) => latest.current?.onSyncError?.(error),
    });
    setLibrary(opened);
    return () => {
      setLibrary(null);
      opened.close().catch(report);
    };
  }, [isWanted, hasUserId, hasToken, landfall, apiBaseUrl, name, autoSync, syncInterval]);
  return library;
}
