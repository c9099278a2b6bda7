// The assistants of other users at the fake server.

import type { Assistant } from "../../src/types";

export class FakeMarket {
  readonly rows: Assistant[] = [];

  /** Adds a published assistant. */
  publish(id: string, title: string): Assistant {
    const at = "2026-11-20T00:00:00.000Z";
    const row: Assistant = {
      ...{ id, title, desc: "Of another user.", emoji: "🌊", prompt: "Answer.", tags: [], category: [] },
      ...{ isPublic: true, status: "published", author: "Ben", usageCount: 3, version: 2 },
      ...{ createdAt: at, updatedAt: at, publishedAt: at },
    };
    this.rows.push(row);
    return row;
  }

  /** The answer to a GET; `null` for what it doesn't have. */
  answer({ pathname, searchParams }: URL): object | null {
    if (pathname.startsWith("/api/assistants/")) return this.rows.find(({ id }) => pathname.endsWith(`/${id}`)) ?? null;
    if (pathname !== "/api/assistants") return null;
    const found = this.rows.filter(({ title }) => title.includes(searchParams.get("search") ?? ""));
    const pageSize = Number(searchParams.get("pageSize") ?? 20);
    const page = Number(searchParams.get("page") ?? 1);
    const data = found.slice((page - 1) * pageSize, page * pageSize);
    const total = found.length;
    return { data, pagination: { page, pageSize, total, totalPages: Math.ceil(total / pageSize) } };
  }
}
