// The title of a session in edit mode. Enter and blur save it, Escape does not.
import { type KeyboardEvent, useRef, useState } from "react";

/** The server's limit of a title, in characters. */
const maxTitle = 200;

type Props = { title: string; onDone: (title: string | undefined) => void };

/** `onDone` is called once, with the new title, or with undefined if it is unchanged. */
export function TitleField({ title, onDone }: Props) {
  const [value, setValue] = useState(title);
  const done = useRef(false);
  const finish = (keep: boolean) => {
    // Enter unmounts the field, and the unmount causes a blur. The second call has no effect.
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
      // The field opens after a rename request, so it gets the focus.
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
