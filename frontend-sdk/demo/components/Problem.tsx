// The one way in which the app says that something did not work: where it was tried, and aloud to screen readers.

/** Nothing while there is no text. */
export function Problem({ text }: { text: string | undefined }) {
  return text === undefined ? null : (
    <p className="problem" role="alert">
      {text}
    </p>
  );
}
