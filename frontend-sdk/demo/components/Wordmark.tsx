// The product's name and mark. The mark is the drawing of public/icon.svg in the colours of the theme.

/** The mark alone. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <rect className="mark-plate" width="64" height="64" rx="15" />
      <circle className="mark-light" cx="45" cy="18" r="5" />
      <path className="mark-land" d="M10 39 25.4 18.8a2.6 2.6 0 0 1 4.1 0L37.4 29l3.5-4a2.6 2.6 0 0 1 4 .1L55 39Z" />
      <path className="mark-wave" d="M8 46.5q6-4.4 12 0t12 0t12 0t12 0" />
      <path className="mark-wave faint" d="M20 56q6-4.4 12 0t12 0" />
    </svg>
  );
}

/** Mark and name. */
export function Wordmark() {
  return (
    <span className="wordmark">
      <Mark />
      <span className="wordmark-name">Landfall</span>
    </span>
  );
}
