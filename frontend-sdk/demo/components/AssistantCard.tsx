// One assistant: emoji, title, description, labels and prompt. The caller adds its state and its actions.
import type { Assistant } from "@landfall/client";
import type { ReactNode } from "react";

type Props = {
  assistant: Assistant;
  /** The line below the description. */
  meta: ReactNode;
  /** Called with the chosen label. Without it, labels are text. */
  onLabel?: (label: string) => void;
  children?: ReactNode;
};

/** A list item. */
export function AssistantCard({ assistant, meta, onLabel, children }: Props) {
  const { id, emoji, title, desc, prompt, tags, category, status } = assistant;
  const labels = [...new Set([...category, ...tags])];
  return (
    <li className="assistant" data-testid="assistant" data-key={id} data-status={status}>
      <span className="assistant-emoji" aria-hidden="true">
        {emoji}
      </span>
      <div className="assistant-words">
        <h2 className="assistant-title" dir="auto">
          {title}
        </h2>
        <p className="assistant-meta">{meta}</p>
        <p className="assistant-desc" dir="auto">
          {desc}
        </p>
        {labels.length > 0 && (
          <ul className="labels" aria-label="Labels">
            {labels.map((label) => (
              <li key={label}>
                {onLabel && tags.includes(label) ? (
                  <button type="button" className="label" title={`Search for ${label}`} onClick={() => onLabel(label)}>
                    {label}
                  </button>
                ) : (
                  <span className="label">{label}</span>
                )}
              </li>
            ))}
          </ul>
        )}
        <details className="assistant-prompt">
          <summary>Prompt</summary>
          <p dir="auto">{prompt}</p>
        </details>
        {children}
      </div>
    </li>
  );
}
