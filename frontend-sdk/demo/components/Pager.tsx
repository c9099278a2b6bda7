// The pages of a list: the place in it, and one step in each direction.

type Props = { page: number; totalPages: number; total: number; onPage: (page: number) => void };

/** Renders nothing for a list of one page. */
export function Pager({ page, totalPages, total, onPage }: Props) {
  if (totalPages <= 1) return null;
  return (
    <nav className="pager" aria-label="Pages">
      <button
        type="button"
        className="button small"
        data-testid="page-before"
        disabled={page <= 1}
        onClick={() => onPage(page - 1)}
      >
        Previous
      </button>
      <span data-testid="page-place" role="status">
        Page {page} of {totalPages}, {total} in all
      </span>
      <button
        type="button"
        className="button small"
        data-testid="page-after"
        disabled={page >= totalPages}
        onClick={() => onPage(page + 1)}
      >
        Next
      </button>
    </nav>
  );
}
