// The emoji of an assistant. The picker and its list are loaded when the picker is opened.
import { lazy, Suspense, useId, useRef, useState } from "react";
import { Problem } from "./Problem";

const EmojiPicker = lazy(() => import("./EmojiPicker"));

type Props = { value: string; fault: string | undefined; onChange: (emoji: string) => void };

/** The picker is a native popover. The browser closes it on Escape and restores the focus. */
export function EmojiField({ value, fault, onChange }: Props) {
  const [open, setOpen] = useState(false);
  const popover = useRef<HTMLDivElement>(null);
  const id = useId();
  const choose = (emoji: string) => {
    onChange(emoji);
    popover.current?.hidePopover();
  };
  return (
    <div className="emoji-field">
      <button
        type="button"
        className="emoji-button"
        data-testid="emoji-open"
        aria-label={`Emoji: ${value}. Choose another`}
        popoverTarget={id}
      >
        {value}
      </button>
      <div
        ref={popover}
        id={id}
        popover="auto"
        className="emoji-picker"
        role="dialog"
        aria-label="Choose an emoji"
        onToggle={(event) => setOpen(event.newState === "open")}
      >
        {open && (
          <Suspense fallback={<p className="note">Loading…</p>}>
            <EmojiPicker value={value} onChoose={choose} />
          </Suspense>
        )}
      </div>
      <Problem text={fault} />
    </div>
  );
}
