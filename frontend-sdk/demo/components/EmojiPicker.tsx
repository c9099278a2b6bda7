// The emoji to choose from, with a search. The grid is one tab stop, and the arrow keys move in it.
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { emojis } from "../lib/emojis";

/** The columns of the grid (styles/assistant-forms.css). */
const columns = 8;
const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };

type Props = { value: string; onChoose: (emoji: string) => void };

/** `value` is marked. */
export default function EmojiPicker({ value, onChoose }: Props) {
  const [search, setSearch] = useState("");
  const [at, setAt] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const words = search.toLowerCase().trim();
  const found = emojis.filter(([, names]) => names.includes(words));

  useEffect(() => field.current?.focus(), []);

  const move = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.min(Math.max(at + step, 0), found.length - 1);
    setAt(next);
    grid.current?.querySelectorAll("button")[next]?.focus();
  };

  return (
    <>
      <input
        ref={field}
        className="field"
        type="search"
        aria-label="Search emoji"
        placeholder="Search"
        data-testid="emoji-search"
        value={search}
        onChange={(event) => {
          setSearch(event.target.value);
          setAt(0);
        }}
      />
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset has another layout. */}
      <div ref={grid} className="emoji-grid" role="group" aria-label="Emoji" onKeyDown={move}>
        {found.map(([emoji, names], index) => (
          <button
            key={emoji}
            type="button"
            className="emoji"
            data-testid="emoji"
            aria-label={names.split(",")[0]}
            aria-pressed={emoji === value}
            tabIndex={index === at ? 0 : -1}
            onFocus={() => setAt(index)}
            onClick={() => onChoose(emoji)}
          >
            {emoji}
          </button>
        ))}
      </div>
      {found.length === 0 && <p className="note">None has this name.</p>}
    </>
  );
}
