// The field for a message. Enter sends, Shift+Enter inserts a line break, and the Enter of an input method does
// neither. If sending throws, the text returns to the field.
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef } from "react";
import { useAttempt } from "../lib/attempt";
import { useDraft } from "../lib/draft";
import { Icon } from "./Icon";
import { Problem } from "./Problem";

type Props = {
  /** The key of the stored draft. */
  draftKey: string;
  /** Whether the field gets the focus when it is mounted. */
  focused: boolean;
  onSend: (content: string) => Promise<void>;
};

/** The field grows with its text up to a third of the screen. */
export function Composer({ draftKey, focused, onSend }: Props) {
  const [draft, setDraft] = useDraft(draftKey);
  const [problem, attempt] = useAttempt();
  const field = useRef<HTMLTextAreaElement>(null);
  const hintId = useId();
  const empty = draft.trim() === "";

  useEffect(() => {
    if (focused) field.current?.focus();
  }, [focused]);

  useLayoutEffect(() => {
    const box = field.current;
    if (!box || CSS.supports("field-sizing", "content")) return;
    box.style.height = "auto";
    if (draft !== "") box.style.height = `${box.scrollHeight}px`;
  }, [draft]);

  const send = async () => {
    if (empty) return;
    const content = draft;
    setDraft(() => "");
    field.current?.focus();
    const kept = await attempt(() => onSend(content));
    // The message was not stored. Its text returns before anything typed since.
    if (!kept) setDraft((since) => (since === "" ? content : `${content}\n${since}`));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // Safari reports key code 229 for the Enter that ends a composition, when isComposing is already false.
    const composing = event.nativeEvent.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    void send();
  };

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Problem text={problem} />
      <div className="composer-box">
        <textarea
          ref={field}
          data-testid="composer"
          aria-label="Message"
          aria-describedby={hintId}
          placeholder="Write something down"
          dir="auto"
          rows={1}
          value={draft}
          onChange={(event) => setDraft(() => event.target.value)}
          onKeyDown={onKeyDown}
        />
        <button type="submit" className="send" data-testid="send" aria-label="Send" aria-disabled={empty}>
          <Icon name="send" />
        </button>
      </div>
      <p id={hintId} className="composer-hint">
        Enter sends, Shift + Enter starts a new line
      </p>
    </form>
  );
}
