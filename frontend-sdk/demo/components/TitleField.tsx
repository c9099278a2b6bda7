// The name of a session while it is edited: Enter or leaving keeps it, Escape does not.
// It must not know where the name is kept.
import { type KeyboardEvent, useRef, useState } from "react";

/** The server's limit for a title, in characters. */
const maxTitle = 200;

type Props = { title: string; onDone: (title: string | undefined) => void };

/** `onDone` gets the new title, or undefined when nothing is to change. It is called once. */
export function TitleField({ title, onDone }: Props) {
  const [value, setValue] = useState(title);
  const done = useRef(false);
  const finish = (keep: boolean) => {
    // Enter takes the field away, and taking it away is a blur: the second call must be none.
    if (done.current) return;
    done.current = true;
    const next = value.trim();
    onDone(keep && next !== "" && next !== title ? next : undefined);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter") finish(true);
    if (event.key === "Escape") finish(false);
    if (event.key === "Enter" || event.key === "Escape") event.stopPropagation();
  };
  return (
    <input
      className="field title-field"
      aria-label="Session name"
      data-testid="session-title-field"
      dir="auto"
      value={value}
      maxLength={maxTitle}
      // The field opens because somebody asked to rename: typing must go there.
      ref={(field) => {
        if (field && document.activeElement !== field) field.focus();
      }}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setValue(event.target.value)}
      onKeyDown={onKeyDown}
      onBlur={() => finish(true)}
    />
  );
}
