// All files of the user: add files, see uploads, open files from any device. Files can be dropped anywhere in the pane.
import { useAssets, useLandfall, useUploadProgress } from "@landfall/client/react";
import { type DragEvent, useId, useState } from "react";
import { useAttempt } from "../lib/attempt";
import { ExpiredBanner } from "./ExpiredBanner";
import { FileCard } from "./FileCard";
import { FileUsage } from "./FileUsage";
import { Icon } from "./Icon";
import { PaneHead } from "./PaneHead";
import { Problem } from "./Problem";

/** Fills the space beside the sidebar. */
export function FilesPane({ inert, onOpenDrawer }: { inert: boolean; onOpenDrawer: (() => void) | undefined }) {
  const landfall = useLandfall();
  const files = useAssets();
  const progress = useUploadProgress();
  const [problem, attempt] = useAttempt();
  const [over, setOver] = useState(false);
  const inputId = useId();

  const add = (chosen: Iterable<File>) =>
    attempt(async () => {
      for (const file of chosen) await landfall.assets.add(file);
    });

  const carriesFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  const dropping = {
    onDragOver: (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(false);
      void add(event.dataTransfer.files);
    },
  };

  return (
    <main className="pane" inert={inert} data-testid="files-pane" {...dropping}>
      <PaneHead onOpenDrawer={onOpenDrawer}>
        <h1 className="pane-title">Files</h1>
      </PaneHead>
      <ExpiredBanner />
      <div className="files">
        <div className="drop" data-over={over}>
          <Icon name="upload" />
          <p>
            Drop files here, or{" "}
            <label className="button small" htmlFor={inputId}>
              choose some
            </label>
            <input
              id={inputId}
              className="visually-hidden"
              type="file"
              multiple
              data-testid="file-input"
              onChange={(event) => {
                const input = event.target;
                void add([...(input.files ?? [])]).then(() => {
                  input.value = "";
                });
              }}
            />
          </p>
          <p className="note">They are kept on this device at once and go to the server when it can be reached.</p>
          <Problem text={problem} />
        </div>
        <FileUsage />
        <ul className="gallery" aria-label="Your files">
          {files?.map((file) => (
            <FileCard key={file.id} file={file} progress={progress.get(file.id)} />
          ))}
        </ul>
        {files?.length === 0 && <p className="note">No files yet.</p>}
      </div>
    </main>
  );
}
