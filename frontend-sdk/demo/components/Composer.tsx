// Where messages are written: Enter sends, Shift+Enter breaks the line, an input method's own Enter does neither.
// It must not know what sending does; when sending throws, the text comes back.
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef } from "react";
import { useAttempt } from "../lib/attempt";
import { useDraft } from "../lib/draft";
import { Icon } from "./Icon";
import { Problem } from "./Problem";

type Props = {
  /** One draft is kept under this key. */
  draftKey: string;
  /** Whether typing goes here from the start. */
  focused: boolean;
  onSend: (content: string) => Promise<void>;
};

/** A field that grows with its text up to a third of the screen. */
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
    // Not kept: back into the field, before anything typed since.
    if (!kept) setDraft((since) => (since === "" ? content : `${content}\n${since}`));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // 229 is what Safari reports for the Enter that ends a composition, after isComposing is already false.
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
