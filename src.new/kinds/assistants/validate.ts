// Checks assistants by the rules of the server's document, and by those that its schemas don't tell. Loaded on demand. Pure.

import { type FieldFault, InvalidInputError } from "../../errors";
import { checkMembers, rejectFaults } from "../../store/check-members";
import type { Row } from "../../store/tables";
import { cleanJson, isPlainObject } from "../../store/validate";
import { ASSISTANTS } from "./descriptor";
import { isNanoid } from "./ids";

const REQUIRED = ["title", "desc", "prompt"];
const LISTS = ["tags", "category"];
/** What the owner sets, apart from the ids. */
export const MEMBERS = [...REQUIRED, "emoji", ...LISTS, "isPublic", "status"];

const MAX_LABELS = 10;
const MAX_LABEL_CHARS = 50;
/** In UTF-16 units, as browsers count. */
const MAX_EMOJI_UNITS = 10;
const OWNERS_STATUS = ["draft", "pending"];

/**
 * A clean copy of the members that the owner sets. `current` is the stored row; `undefined` for a new one.
 *
 * @throws InvalidInputError that names every wrong member.
 */
export function checkAssistant(input: unknown, current: Row | undefined): Row {
  if (!isPlainObject(input)) throw new InvalidInputError("", "An assistant is a plain object.");
  const given = Object.fromEntries(MEMBERS.flatMap((member) => (member in input ? [[member, input[member]]] : [])));
  const own = MEMBERS.flatMap((member) => faultsOf(member, given[member], current));
  rejectFaults([...documentFaults(given), ...own].sort((a, b) => (a.pointer < b.pointer ? -1 : 1)));
  return cleanJson("", given, 0) as Row;
}

/** Throws InvalidInputError if it isn't a nanoid. */
export function checkNanoid(id: unknown): void {
  if (!isNanoid(id)) throw new InvalidInputError("/id", "It must have 21 characters of A-Z, a-z, 0-9, _ and -.");
}

function documentFaults(given: Row): readonly FieldFault[] {
  try {
    checkMembers(ASSISTANTS, given, "changes");
    return [];
  } catch (error) {
    if (error instanceof InvalidInputError) return error.errors;
    throw error;
  }
}

function faultsOf(member: string, value: unknown, current: Row | undefined): FieldFault[] {
  const fault = (message: string, pointer = `/${member}`) => [{ pointer, message }];
  if (value === null) return fault("It can't be null.");
  if (value === undefined) return !current && REQUIRED.includes(member) ? fault("It is required.") : [];
  if (LISTS.includes(member) && Array.isArray(value)) return labelFaults(member, value);
  if (member === "emoji" && typeof value === "string" && value.length > MAX_EMOJI_UNITS)
    return fault(`It has more than ${MAX_EMOJI_UNITS} units of UTF-16.`);
  const isStored = current && value === current.status;
  if (member === "status" && !isStored && !OWNERS_STATUS.includes(value as string))
    return fault(`It must be one of ${OWNERS_STATUS.join(", ")}.`);
  return [];
}

function labelFaults(member: string, labels: readonly unknown[]): FieldFault[] {
  if (labels.length > MAX_LABELS) return [{ pointer: `/${member}`, message: `It has more than ${MAX_LABELS} items.` }];
  return labels.flatMap((label, index) => {
    const chars = typeof label === "string" ? [...label].length : 1;
    const message =
      chars === 0
        ? "It must not be empty."
        : chars > MAX_LABEL_CHARS && `It has more than ${MAX_LABEL_CHARS} characters.`;
    return message ? [{ pointer: `/${member}/${index}`, message }] : [];
  });
}
