// An error message beside the control that caused it. Screen readers announce it.

/** Renders nothing without a text. */
export function Problem({ text }: { text: string | undefined }) {
  return text === undefined ? null : (
    <p className="problem" role="alert">
      {text}
    </p>
  );
}
