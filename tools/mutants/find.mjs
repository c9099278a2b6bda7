// Finds what can be changed in Rust and SQL sources, by patterns and without a parser: rustfmt writes spaces around operators and none around generics. A
// change that does not compile is told apart when it is built.

import { withIds } from "../../frontend-sdk/scripts/mutants/run.mjs";

/** Each rule: a pattern that is looked for in the text without comments and strings, what stands in for its first group, and a name. */
const RUST = [
  [/ (==) /g, () => "!="],
  [/ (!=) /g, () => "=="],
  [/ (&&) /g, () => "||"],
  // Not the parameters of a closure.
  [/(?<!move|[=,(]) (\|\|) /g, () => "&&"],
  [/ (<|>) /g, (operator) => `${operator}=`],
  [/ ([<>]=) /g, ([operator]) => operator],
  // Not a bound: `T: Send + 'static`.
  [/ (\+) (?=[a-z0-9(])/g, () => "-"],
  [/ (-) (?=[a-z0-9(])/g, () => "+"],
  [/ (\+=) /g, () => "-="],
  [/(?<=[\s(])(!)(?=[a-z(])/g, () => "", "no negation"],
  [/\bif (?!let\b)((?:(?!\blet\b|=>)[^{}\n])+?) (?:=> )?\{$/gm, () => "true", "the condition always holds"],
  [/\bif (?!let\b)((?:(?!\blet\b|=>)[^{}\n])+?) (?:=> )?\{$/gm, () => "false", "the condition never holds"],
  [/\b(true)\b/g, () => "false"],
  [/\b(false)\b/g, () => "true"],
  [/(?<=[\s([])(\d[\d_]*)(?=[;,)\]\s])/g, (number) => `(${number} + 1)`, "one more"],
  // Of a call nothing but its effect is used.
  [/^ +((?!return\b|let\b|use\b|mod\b|pub\b|break\b)[a-z][\w.:]*(?:\[\w+\])?\(.*\)(?:\.await)?\??;)$/gm, () => "", "the statement is left out"],
  [/^ +((?!let\b|type\b|const\b)[a-z*][\w.*]* \+?= [^\n]*;)$/gm, () => "", "the statement is left out"],
];
const SQL = [
  // Not an assignment.
  [/\b(?:WHERE|AND|OR|WHEN|IF|ON|FILTER)\b(?:(?!\bSET\b|\bTHEN\b|;)[^=\n])*? (=) /g, () => "<>"],
  [/ (<>) /g, () => "="],
  [/ (<|>) /g, (operator) => `${operator}=`],
  [/ ([<>]=) /g, ([operator]) => operator],
  [/(?<!BETWEEN \S+) (AND) /g, () => "OR"],
  [/ (OR) (?!REPLACE)/g, () => "AND"],
  [/ [+-] (1)\b/g, () => "2", "one more"],
  [/ (IS NULL)\b/g, () => "IS NOT NULL"],
  [/ (IS NOT NULL)\b/g, () => "IS NULL"],
  [/ (IS DISTINCT FROM) /g, () => "IS NOT DISTINCT FROM"],
  [/ (IS NOT DISTINCT FROM) /g, () => "IS DISTINCT FROM"],
  [/\b(greatest)\(/g, () => "least"],
  [/\b(least)\(/g, () => "greatest"],
  [/\b(min)\(/g, () => "max"],
  [/\b(max)\(/g, () => "min"],
  [/\bIF ((?!NOT FOUND|EXISTS|NOT EXISTS)[^;\n]+?) THEN$/gm, () => "true", "the condition always holds"],
  [/\bIF ((?!NOT FOUND|EXISTS|NOT EXISTS)[^;\n]+?) THEN$/gm, () => "false", "the condition never holds"],
  [/( FOR UPDATE)\b/g, () => "", "no lock"],
  [/^ +(PERFORM .*;)$/gm, () => "", "the statement is left out"],
];
const BLANK = (text) => text.replace(/[^\n]/g, " ");

/** All mutants of a file, in its order. A mutant replaces the text from `start` to `end` (offsets in UTF-16 units) by `text`. */
export function findMutants(file, source) {
  const found = file.endsWith(".sql") ? search(file, source, withoutSqlNoise(source), SQL) : inRust(file, source);
  return withIds(file, found.sort((one, other) => one.start - other.start || (one.what < other.what ? -1 : 1)));
}

function inRust(file, source) {
  const code = /^#\[cfg\(test\)\]/m.exec(source);
  const tested = code ? source.slice(0, code.index) + BLANK(source.slice(code.index)) : source;
  const [rust, sql] = [withoutRustNoise(tested), onlySql(tested)];
  return [...search(file, source, rust, RUST), ...search(file, source, sql, SQL)];
}

function search(file, source, masked, rules) {
  const lines = source.split("\n");
  return rules.flatMap(([pattern, replacement, name]) =>
    [...masked.matchAll(new RegExp(pattern.source, `${pattern.flags}d`))].flatMap((match) => {
      const [start, end] = match.indices[1];
      const line = source.slice(0, start).split("\n").length;
      if (isLeftOut(lines, line)) return [];
      const [was, text] = [source.slice(start, end), replacement(source.slice(start, end))];
      const what = name ? `${was.slice(0, 40)}: ${name}` : `${was} is ${text}`;
      return [{ file, line, start, end, text, what, code: lines[line - 1].trim() }];
    }),
  );
}

/** Planted bugs, log lines and attributes are not the core. */
function isLeftOut(lines, line) {
  const [before, here] = [lines[line - 2] ?? "", lines[line - 1]];
  return before.includes('feature = "faults"') || /crate::faults|tracing::|^\s*#\[|debug_assert/.test(here);
}

const RUST_NOISE = /\/\/[^\n]*|"(?:[^"\\]|\\[^])*"|'(?:[^'\\\n]|\\.)'/g;

function withoutRustNoise(source) {
  return source.replace(RUST_NOISE, BLANK);
}

/** Nothing but the statements in string literals. */
function onlySql(source) {
  const kept = [...source.matchAll(RUST_NOISE)].filter(([text]) => /^"[^]*\b(SELECT|UPDATE|INSERT|DELETE)\b/.test(text));
  let masked = BLANK(source);
  for (const { 0: text, index } of kept) masked = masked.slice(0, index) + withoutSqlNoise(text) + masked.slice(index + text.length);
  return masked;
}

function withoutSqlNoise(source) {
  return source.replace(/--[^\n]*|'[^'\n]*'/g, BLANK);
}
