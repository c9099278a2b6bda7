// A part of the user's own assistants, selected as the server does. Pure.

import type { Assistant } from "../../types";
import type { AssistantPage } from "../../types/wire";

export interface ListQuery {
  /** "mine": the user's own. "public": those that everybody may read. "review": those that wait for an administrator. Default: "mine". */
  scope?: "mine" | "public" | "review";
  status?: Assistant["status"];
  /** Words, or their beginnings, of title, description and tags. */
  search?: string;
  author?: string;
  /** Default: 1. */
  page?: number;
  /** 1 to 100. Default: 20. */
  pageSize?: number;
}

/** The page of the rows that the query selects, the last changed first. */
export function selectPage(rows: readonly Assistant[], query: ListQuery): AssistantPage {
  const { status, author, search = "", page = 1, pageSize = 20 } = query;
  const wanted = wordsOf(search);
  const found = rows.filter((row) => {
    const words = wordsOf([row.title, row.desc, ...row.tags].join(" "));
    const isFound = wanted.every((word) => words.some((other) => other.startsWith(word)));
    return isFound && (status ?? row.status) === row.status && (author ?? row.author) === row.author;
  });
  found.sort((one, other) => (one.updatedAt < other.updatedAt ? 1 : -1));
  const total = found.length;
  const data = found.slice((page - 1) * pageSize, page * pageSize);
  return { data, pagination: { page, pageSize, total, totalPages: Math.ceil(total / pageSize) } };
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
