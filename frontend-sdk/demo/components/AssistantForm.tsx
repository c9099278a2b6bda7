// The form of an assistant in a modal dialog. Wrong members are named beside their fields, and nothing is stored then.
import { type Assistant, InvalidInputError, type NewAssistant } from "@landfall/client";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { labelsOf } from "../lib/assistantText";
import { errorText } from "../lib/errorText";
import { EmojiField } from "./EmojiField";
import { FormField } from "./FormField";
import { Problem } from "./Problem";

type Props = {
  /** The members at the beginning. An id means a stored assistant. */
  from: Partial<Assistant>;
  /** Resolves when this device has it. */
  onSave: (input: NewAssistant) => Promise<void>;
  onClose: () => void;
};

/** The dialog is open while it is mounted. */
export function AssistantForm({ from, onSave, onClose }: Props) {
  const [emoji, setEmoji] = useState(from.emoji ?? "🤖");
  const [texts, setTexts] = useState({
    title: from.title ?? "",
    desc: from.desc ?? "",
    prompt: from.prompt ?? "",
    tags: from.tags?.join(", ") ?? "",
    category: from.category?.join(", ") ?? "",
  });
  const [isPublic, setIsPublic] = useState(from.isPublic ?? true);
  const [faults, setFaults] = useState<ReadonlyMap<string, string>>(new Map());
  const [problem, setProblem] = useState<string>();
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  // The first wrong field gets the focus.
  useEffect(() => {
    if (faults.size > 0) dialog.current?.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
  }, [faults]);

  const save = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(undefined);
    setFaults(new Map());
    const { title, desc, prompt, tags, category } = texts;
    const words = { title: title.trim(), desc: desc.trim(), prompt: prompt.trim() };
    try {
      await onSave({ ...words, emoji, tags: labelsOf(tags), category: labelsOf(category), isPublic });
      dialog.current?.close();
    } catch (error) {
      if (error instanceof InvalidInputError) setFaults(faultsByMember(error));
      else setProblem(errorText(error));
    }
  };

  const field = (name: keyof typeof texts) => ({
    name,
    value: texts[name],
    fault: faults.get(name),
    onChange: (value: string) => setTexts((now) => ({ ...now, [name]: value })),
  });

  return (
    <dialog ref={dialog} className="dialog assistant-form" aria-labelledby={titleId} onClose={onClose}>
      <h2 id={titleId}>{from.id === undefined ? "New assistant" : "Edit the assistant"}</h2>
      <form onSubmit={save} noValidate data-testid="assistant-form">
        <EmojiField value={emoji} fault={faults.get("emoji")} onChange={setEmoji} />
        <FormField label="Title" max={100} {...field("title")} />
        <FormField label="Description" hint="One sentence for the market." max={200} {...field("desc")} />
        <FormField label="Prompt" hint="What the assistant is told." max={2_000} rows={5} {...field("prompt")} />
        <FormField label="Tags" hint="With commas between them." {...field("tags")} />
        <FormField label="Category" hint="With commas between them." {...field("category")} />
        <label className="check">
          <input
            type="checkbox"
            data-testid="form-public"
            checked={isPublic}
            onChange={(event) => setIsPublic(event.target.checked)}
          />
          Everybody may read it once it is published
        </label>
        <Problem text={problem} />
        <div className="dialog-answers">
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" className="button primary" data-testid="form-save">
            Save
          </button>
        </div>
      </form>
    </dialog>
  );
}

/** The first fault of each member. */
function faultsByMember({ errors }: InvalidInputError): Map<string, string> {
  const faults = new Map<string, string>();
  for (const { pointer, message } of errors) {
    const member = pointer.split("/")[1] ?? "";
    if (!faults.has(member)) faults.set(member, message);
  }
  return faults;
}
