// What a file looks like: a picture shows itself once it comes into view, everything else a sign of its kind.
import type { AssetRow } from "@landfall/client";
import { useAssetLink } from "@landfall/client/react";
import { useState } from "react";
import { Icon, type IconName } from "./Icon";

const signs: Record<AssetRow["fileType"], IconName> = {
  image: "picture",
  video: "film",
  audio: "sound",
  document: "page",
  other: "page",
};

/** Decoration: the name stands beside it. */
export function FilePreview({ file }: { file: AssetRow }) {
  const isPicture = file.fileType === "image";
  return isPicture ? <Picture file={file} /> : <Sign name={signs[file.fileType]} />;
}

function Picture({ file }: { file: AssetRow }) {
  const { ref, url } = useAssetLink(file);
  // A link that ended, or a picture that this browser can't draw.
  const [broken, setBroken] = useState<string>();
  return (
    <span className="file-preview" ref={ref}>
      {url && url !== broken ? (
        <img src={url} alt="" data-testid="file-picture" onError={() => setBroken(url)} />
      ) : (
        <Icon name="picture" />
      )}
    </span>
  );
}

function Sign({ name }: { name: IconName }) {
  return (
    <span className="file-preview">
      <Icon name={name} />
    </span>
  );
}
