// Hooks for files. Links are asked for only when the element that shows the file comes into view.

import { type RefCallback, useCallback, useEffect, useMemo, useState } from "react";
import type { AssetRow, FileUsage, UploadProgress } from "../types";
import { useConnectivity, useLandfall, useObservable } from "./index";

/** The newest first; `undefined` until first read. */
export function useAssets({ projectId }: { projectId?: string } = {}): AssetRow[] | undefined {
  const { assets } = useLandfall();
  return useObservable(useMemo(() => assets.all(projectId === undefined ? {} : { projectId }), [assets, projectId]));
}

/** Of the uploads under way, in whichever tab, by id. */
export function useUploadProgress(): ReadonlyMap<string, UploadProgress> {
  const { assets } = useLandfall();
  return useObservable(useMemo(() => assets.progress(), [assets]));
}

/** What files take up on this device; `undefined` until first read. */
export function useFileUsage(): FileUsage | undefined {
  const { assets } = useLandfall();
  return useObservable(useMemo(() => assets.usage(), [assets]));
}

/** How far below the screen a link is asked for: what is scrolled to is there already. */
const MARGIN = "200px";

/** A ref for the element that shows the file, and a link to its bytes once that is in view; `undefined` before, and while there are none to be had. */
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

  // What is here needs no network; what isn't is asked for again when there is one.
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
      // Nothing to show; the next change of the file or of the line asks again.
      () => {},
    );
    return () => {
      left = true;
      release();
    };
  }, [assets, id, visible, place]);

  return { ref: useCallback((next: Element | null) => setElement(next), []), url };
}
