// A question with two answers in the browser's modal dialog. The browser provides focus, Escape and inertness.
import { type ReactNode, useEffect, useId, useRef } from "react";

type Props = {
  title: string;
  children: ReactNode;
  confirmLabel: string;
  onConfirm: () => void;
  onClose: () => void;
};

/** The dialog is open while it is mounted. `onClose` is called after either answer. */
export function ConfirmDialog({ title, children, confirmLabel, onConfirm, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);

  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={titleId} onClose={onClose}>
      <h2 id={titleId}>{title}</h2>
      <div className="dialog-text">{children}</div>
      <form method="dialog" className="dialog-answers">
        <button type="submit" className="button">
          Cancel
        </button>
        <button type="submit" className="button danger" data-testid="confirm" onClick={onConfirm}>
          {confirmLabel}
        </button>
      </form>
    </dialog>
  );
}
