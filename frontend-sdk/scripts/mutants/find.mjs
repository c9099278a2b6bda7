// Finds what can be changed in a source file: each mutant is one small change after which a test ought to fail.

import ts from "typescript";
import { withIds } from "./run.mjs";

const { SyntaxKind } = ts;

/** Operators and what stands in for them. */
const OPERATORS = new Map([
  [SyntaxKind.AmpersandAmpersandToken, "||"],
  [SyntaxKind.BarBarToken, "&&"],
  [SyntaxKind.EqualsEqualsEqualsToken, "!=="],
  [SyntaxKind.ExclamationEqualsEqualsToken, "==="],
  [SyntaxKind.LessThanToken, "<="],
  [SyntaxKind.LessThanEqualsToken, "<"],
  [SyntaxKind.GreaterThanToken, ">="],
  [SyntaxKind.GreaterThanEqualsToken, ">"],
  [SyntaxKind.PlusToken, "-"],
  [SyntaxKind.MinusToken, "+"],
]);

/** Methods without which a chain still has a list. */
const LIST_METHODS = ["filter", "sort", "reverse", "slice"];

/**
 * All mutants of a file, in its order. A mutant replaces the text from `start` to `end` (offsets in UTF-16 units) by `text`.
 */
export function findMutants(file, source) {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const found = [];
  const add = (node, text, what, [start, end] = [node.getStart(tree), node.getEnd()]) => {
    const { line } = tree.getLineAndCharacterOfPosition(start);
    const code = source.split("\n")[line].trim();
    // A planted bug is itself a change that tests must notice.
    if (!code.includes("FAULTS_ENABLED") && !code.includes("hasFault"))
      found.push({ file, line: line + 1, start, end, text, what, code });
  };
  const visit = (node) => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node) || ts.isInterfaceDeclaration(node)) return;
    mutate(node, source, add);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return withIds(file, found);
}

function mutate(node, source, add) {
  if (ts.isIfStatement(node) || ts.isConditionalExpression(node)) {
    const condition = node.expression ?? node.condition;
    add(condition, "true", "the condition always holds");
    add(condition, "false", "the condition never holds");
  }
  if (ts.isBinaryExpression(node)) mutateOperator(node, source, add);
  if (node.kind === SyntaxKind.TrueKeyword) add(node, "false", "true is false");
  if (node.kind === SyntaxKind.FalseKeyword) add(node, "true", "false is true");
  if (ts.isNumericLiteral(node)) add(node, `(${node.text} + 1)`, `${node.text} is one more`);
  if (ts.isPrefixUnaryExpression(node) && node.operator === SyntaxKind.ExclamationToken)
    add(node, node.operand.getText(), "no negation");
  // Of a call nothing but its effect is used.
  if (ts.isExpressionStatement(node)) add(node, ";", "the statement is left out");
  if (ts.isSpreadAssignment(node) && ts.isParenthesizedExpression(node.expression))
    add(node, "", "the part is left out");
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { expression: list, name } = node.expression;
    if (LIST_METHODS.includes(name.text)) add(node, list.getText(), `no ${name.text}`);
  }
}

function mutateOperator(node, source, add) {
  const { left, right, operatorToken } = node;
  const other = OPERATORS.get(operatorToken.kind);
  const text = operatorToken.getText();
  if (other) add(operatorToken, other, `${text} is ${other}`);
  if (operatorToken.kind !== SyntaxKind.QuestionQuestionToken) return;
  add(node, source.slice(left.getStart(), left.getEnd()), "no default");
  add(node, source.slice(right.getStart(), right.getEnd()), "the default always");
}
