// One file: preview, state and actions.
import type { AssetRow, UploadProgress } from "@landfall/client";
import { useLandfall } from "@landfall/client/react";
import { memo, useState } from "react";
import { useAttempt } from "../lib/attempt";
import { downloadFile } from "../lib/downloadFile";
import { sizeText, statusOfFile } from "../lib/fileText";
import { ConfirmDialog } from "./ConfirmDialog";
import { FailedActions } from "./FailedActions";
import { FilePreview } from "./FilePreview";
import { Icon } from "./Icon";
import { Problem } from "./Problem";
import { StateMark } from "./StateMark";

type Props = { file: AssetRow; progress: UploadProgress | undefined };

/** A list item. It renders again only if its row or its progress changed. */
export const FileCard = memo(function FileCard({ file, progress }: Props) {
  const { assets } = useLandfall();
  const [deleting, setDeleting] = useState(false);
  const [problem, attempt] = useAttempt();
  const { state, words, why } = statusOfFile(file, progress);
  const { id, fileName, uploadStatus, sync } = file;

  return (
    <li className="file" data-testid="file" data-key={id} data-state={state} data-upload={uploadStatus}>
      <FilePreview file={file} />
      <div className="file-words">
        <span className="file-head">
          <strong className="file-name" title={fileName} dir="auto">
            {fileName}
          </strong>
          <button
            type="button"
            className="icon-button"
            data-testid="file-save"
            aria-label={`Download ${fileName}`}
            onClick={() => attempt(async () => downloadFile(await assets.file(id)))}
          >
            <Icon name="down" />
          </button>
          <button
            type="button"
            className="icon-button"
            data-testid="file-delete"
            aria-label={`Delete ${fileName}`}
            onClick={() => setDeleting(true)}
          >
            <Icon name="trash" />
          </button>
        </span>
        <span className="file-meta">
          <StateMark state={state} />
          <span data-testid="file-state">{words}</span>
          <span aria-hidden="true">·</span>
          <span>{sizeText(file.size)}</span>
        </span>
        {uploadStatus === "uploading" && (
          <progress
            aria-label={`Sending ${fileName}`}
            data-testid="file-progress"
            value={progress?.loaded ?? 0}
            max={file.size || 1}
          />
        )}
        {why && <p className="file-why">{why}</p>}
        {sync.state === "failed" && sync.entryId && <FailedActions entryId={sync.entryId} />}
        <Problem text={problem} />
      </div>
      {deleting && (
        <ConfirmDialog
          title="Delete this file?"
          confirmLabel="Delete"
          onConfirm={() => void attempt(() => assets.delete(id))}
          onClose={() => setDeleting(false)}
        >
          <p>
            <strong dir="auto">{fileName}</strong> will be gone from this device at once, and from everywhere else at
            the next sync. It can't be brought back.
          </p>
        </ConfirmDialog>
      )}
    </li>
  );
});
