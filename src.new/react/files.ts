// Hooks for files. A link is requested when the element that shows the file comes into view.

import { type RefCallback, useCallback, useEffect, useMemo, useState } from "react";
import type { AssetRow, FileUsage, UploadProgress } from "../types";
import { useConnectivity, useLandfall, useObservable } from "./context";

/** The newest first; `undefined` until first read. */
export function useAssets({ projectId }: { projectId?: string } = {}): AssetRow[] | undefined {
  const { assets } = useLandfall();
  return useObservable(useMemo(() => assets.all(projectId === undefined ? {} : { projectId }), [assets, projectId]));
}

/** The uploads in progress, in all tabs, by id. */
export function useUploadProgress(): ReadonlyMap<string, UploadProgress> {
  const { assets } = useLandfall();
  return useObservable(useMemo(() => assets.progress(), [assets]));
}

/** What files take up on this device; `undefined` until first read. */
export function useFileUsage(): FileUsage | undefined {
  const { assets } = useLandfall();
  return useObservable(useMemo(() => assets.usage(), [assets]));
}

/** How far below the screen a link is requested, so that a file is loaded before it is scrolled to. */
const MARGIN = "200px";

/**
 * A ref for the element that shows the file, and a link to its bytes once the element is in view. `url` is `undefined` before, and while the bytes
 * are neither here nor at the server.
 *
 * @example
 * const { ref, url } = useAssetLink(asset);
 * return <img ref={ref} src={url} alt={asset.fileName} />;
 */
export function useAssetLink(asset: Pick<AssetRow, "id" | "onDevice" | "storageUrl">): {
  ref: RefCallback<Element>;
  url: string | undefined;
} {
  const { assets } = useLandfall();
  const { online } = useConnectivity();
  const [element, setElement] = useState<Element | null>(null);
  const [visible, setVisible] = useState(false);
  const [url, setUrl] = useState<string>();
  const { id, onDevice, storageUrl } = asset;

  useEffect(() => {
    if (!element || visible) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setVisible(true);
      },
      { rootMargin: MARGIN },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [element, visible]);

  // Bytes on the device need no network. Others are requested again when there is one.
  const place = onDevice ? "device" : storageUrl !== null && online ? "storage" : null;
  useEffect(() => {
    if (!visible || !place) return;
    let left = false;
    let release = () => {};
    assets.link(id).then(
      (link) => {
        if (left) return link.release();
        release = link.release;
        setUrl(link.url);
      },
      // Nothing to show. The next change of the file or the connection requests it again.
      () => {},
    );
    return () => {
      left = true;
      release();
    };
  }, [assets, id, visible, place]);

  return { ref: useCallback((next: Element | null) => setElement(next), []), url };
}
