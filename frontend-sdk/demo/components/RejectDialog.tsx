// Asks the reviewer for the note with which an assistant goes back to its owner.
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { FormField } from "./FormField";

type Props = { title: string; onReject: (note: string) => void; onClose: () => void };

/** The dialog is open while it is mounted. */
export function RejectDialog({ title, onReject, onClose }: Props) {
  const [note, setNote] = useState("");
  const [fault, setFault] = useState<string>();
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);

  const reject = (event: FormEvent) => {
    event.preventDefault();
    if (note.trim() === "") return setFault("Write what is to be changed.");
    onReject(note.trim());
    dialog.current?.close();
  };

  return (
    <dialog ref={dialog} className="dialog assistant-form" aria-labelledby={titleId} onClose={onClose}>
      <h2 id={titleId} dir="auto">
        Send {title} back
      </h2>
      <form onSubmit={reject} noValidate>
        <FormField
          label="Note"
          name="note"
          hint="Its owner reads it."
          rows={4}
          {...{ value: note, fault }}
          onChange={setNote}
        />
        <div className="dialog-answers">
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" className="button danger" data-testid="reject-send">
            Send back
          </button>
        </div>
      </form>
    </dialog>
  );
}
