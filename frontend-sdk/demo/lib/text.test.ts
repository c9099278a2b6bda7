// The rules of lib/text.ts.
import { describe, expect, it } from "vitest";
import { type Block, parseBlocks, previewOf } from "./text";

const linksOf = (content: string): string[] =>
  parseBlocks(content).flatMap((block) =>
    block.kind === "text" ? block.inlines.flatMap((inline) => (inline.kind === "link" ? [inline.href] : [])) : [],
  );

const textOf = (block: Block): string =>
  block.kind === "code" ? block.text : block.inlines.map((inline) => inline.text).join("");

const halfCharacter = /[\ud800-\udbff]$/;

describe("links", () => {
  it("accept http, https and mailto", () => {
    expect(linksOf("http://a.example https://b.example/x?y=1#z mailto:c@d.example")).toEqual([
      "http://a.example/",
      "https://b.example/x?y=1#z",
      "mailto:c@d.example",
    ]);
  });

  it("reject every other scheme", () => {
    expect(linksOf("javascript:alert(1) data:text/html,x vbscript:x file:///etc/passwd https://")).toEqual([]);
  });

  it("exclude the end of a sentence and include a bracket that they opened", () => {
    expect(linksOf("(see https://a.example/x).")).toEqual(["https://a.example/x"]);
    expect(linksOf("https://a.example/land_(sea), then")).toEqual(["https://a.example/land_(sea)"]);
  });
});

describe("blocks", () => {
  it("keep every character of a text", () => {
    const content = "one `two` https://a.example/x. three\n\nשלום 👩🏽‍🚀 <b>";
    expect(parseBlocks(content).map(textOf).join("")).toBe("one two https://a.example/x. three\n\nשלום 👩🏽‍🚀 <b>");
  });

  it("separate code from text, with the fence's language", () => {
    const blocks = parseBlocks("before\n```rust\nlet a = `b`;\n\n// https://a.example\n```\nafter");
    expect(blocks.map(({ kind }) => kind)).toEqual(["text", "code", "text"]);
    expect(blocks[1]).toMatchObject({ language: "rust", text: "let a = `b`;\n\n// https://a.example" });
  });

  it("extend to the end if a fence is not closed", () => {
    expect(parseBlocks("```\ncode")).toEqual([{ kind: "code", at: 0, language: "", text: "code" }]);
  });

  it("have unique positions, so that they can be keys", () => {
    const places = parseBlocks("a\n```\nb\n```\n```\nc\n```\nd").map(({ at }) => at);
    expect(new Set(places).size).toBe(places.length);
    expect(places).toHaveLength(4);
  });

  it("are parsed in linear time", () => {
    const million = 1_000_000;
    for (const part of ["`", "https://a.example/(", ")", "\n```", "`a", "mailto:"]) {
      const start = performance.now();
      parseBlocks(part.repeat(million / part.length));
      parseBlocks(`https://a.example/(${part.repeat(million / part.length)}`);
      expect(performance.now() - start, part).toBeLessThan(3_000);
    }
  });
});

describe("the preview", () => {
  it("is the whole text if it is short", () => {
    expect(previewOf("short\ntext")).toEqual({ text: "short\ntext", cut: false });
  });

  it("is a small part of a text of 100 KB", () => {
    const content = "word ".repeat(20_480);
    const preview = previewOf(content);
    expect(preview.cut).toBe(true);
    expect(preview.text.length).toBeLessThan(2_000);
    expect(content.startsWith(preview.text)).toBe(true);
  });

  it("folds many short lines", () => {
    const preview = previewOf("x\n".repeat(200));
    expect(preview.cut).toBe(true);
    expect(preview.text.split("\n").length).toBeLessThan(40);
  });

  it("never ends inside a character or an address", () => {
    expect(previewOf("👩".repeat(5_000)).text).not.toMatch(halfCharacter);
    expect(previewOf(`x${"👩".repeat(5_000)}`).text).not.toMatch(halfCharacter);
    const endingInAddress = `${"word ".repeat(278)}https://a.example/${"y".repeat(9_000)}`;
    expect(linksOf(previewOf(endingInAddress).text)).toEqual([]);
  });
});
