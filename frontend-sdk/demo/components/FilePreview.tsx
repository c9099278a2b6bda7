// The preview of a file: an image once it is in view, or an icon of the file's type.
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

/** The preview is decoration. The name is beside it. */
export function FilePreview({ file }: { file: AssetRow }) {
  const isPicture = file.fileType === "image";
  return isPicture ? <Picture file={file} /> : <Sign name={signs[file.fileType]} />;
}

function Picture({ file }: { file: AssetRow }) {
  const { ref, url } = useAssetLink(file);
  // The link has expired, or the browser cannot decode the image.
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
