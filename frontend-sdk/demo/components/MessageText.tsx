// Renders the text of a message: paragraphs, code blocks and links, folded if it is long. All text becomes text nodes.
// Only lib/text.ts decides what is a link.
import { memo, useMemo, useState } from "react";
import { tabStopIfScrolling } from "../lib/keyboardScroll";
import { type Block, type Inline, parseBlocks, previewOf } from "../lib/text";

const count = new Intl.NumberFormat();

/** Each paragraph takes its direction from its first letters, so that right-to-left text is readable. */
export const MessageText = memo(function MessageText({ content }: { content: string }) {
  const [unfolded, setUnfolded] = useState(false);
  const preview = useMemo(() => previewOf(content), [content]);
  const shown = unfolded ? content : preview.text;
  const blocks = useMemo(() => parseBlocks(shown), [shown]);
  return (
    <>
      <div className={preview.cut && !unfolded ? "text folded" : "text"}>
        {blocks.map((block) => (
          <BlockView key={block.at} block={block} />
        ))}
      </div>
      {preview.cut && (
        <button
          type="button"
          className="button small fold"
          aria-expanded={unfolded}
          onClick={() => setUnfolded((now) => !now)}
        >
          {unfolded ? "Show less" : `Show all ${count.format(content.length)} characters`}
        </button>
      )}
    </>
  );
});

function BlockView({ block }: { block: Block }) {
  if (block.kind === "code") {
    return (
      <figure className="code">
        {block.language !== "" && <figcaption>{block.language}</figcaption>}
        <pre dir="ltr" ref={tabStopIfScrolling}>
          <code>{block.text}</code>
        </pre>
      </figure>
    );
  }
  return (
    <p dir="auto">
      {block.inlines.map((inline) => (
        <InlineView key={inline.at} inline={inline} />
      ))}
    </p>
  );
}

function InlineView({ inline }: { inline: Inline }) {
  if (inline.kind === "code") return <code>{inline.text}</code>;
  if (inline.kind === "text") return inline.text;
  return (
    <a href={inline.href} target="_blank" rel="noopener noreferrer">
      {inline.text}
    </a>
  );
}
