// The market: published assistants of all users, with a search and a filter by author.
import { useState } from "react";
import { useAssistantPage } from "../lib/assistantPage";
import { useDebounced } from "../lib/debounced";
import { fullTime, shortWhen } from "../lib/time";
import { AssistantCard } from "./AssistantCard";
import { Icon } from "./Icon";
import { Pager } from "./Pager";
import { Problem } from "./Problem";

const pageSize = 12;

/** A search and an author start at page 1. */
export function PublicAssistants() {
  const [search, setSearch] = useState("");
  const [author, setAuthor] = useState("");
  const [pageNumber, setPageNumber] = useState(1);
  const query = { scope: "public", search: useDebounced(search.trim()), author, page: pageNumber, pageSize } as const;
  const { page, problem } = useAssistantPage(query);

  const find = (text: string) => {
    setSearch(text);
    setPageNumber(1);
  };
  const filter = (name: string) => {
    setAuthor(name);
    setPageNumber(1);
  };

  return (
    <>
      <search className="assistants-tools">
        <input
          className="field"
          type="search"
          aria-label="Search the market"
          placeholder="Search titles, descriptions and tags"
          data-testid="market-search"
          maxLength={100}
          value={search}
          onChange={(event) => find(event.target.value)}
        />
        {author && (
          <button
            type="button"
            className="button small"
            data-testid="author-filter"
            aria-label={`By ${author}: show all authors`}
            onClick={() => filter("")}
          >
            By {author}
            <Icon name="close" />
          </button>
        )}
      </search>
      <Problem text={problem} />
      <ul className="assistant-list" aria-label="Public assistants" data-testid="market-list">
        {page?.data.map((assistant) => (
          <AssistantCard
            key={assistant.id}
            assistant={assistant}
            onLabel={find}
            meta={
              <>
                <button
                  type="button"
                  className="text-button"
                  data-testid="assistant-author"
                  title={`Show those of ${assistant.author}`}
                  onClick={() => filter(assistant.author)}
                >
                  by {assistant.author}
                </button>
                {assistant.publishedAt && (
                  <time dateTime={assistant.publishedAt} title={fullTime(assistant.publishedAt)}>
                    {shortWhen(assistant.publishedAt, new Date())}
                  </time>
                )}
              </>
            }
          />
        ))}
      </ul>
      {page?.data.length === 0 && (
        <p className="note">
          {search || author ? "Nothing was found." : "Nothing is published yet. Write one under “Mine”."}
        </p>
      )}
      {page && <Pager {...page.pagination} onPage={setPageNumber} />}
    </>
  );
}
