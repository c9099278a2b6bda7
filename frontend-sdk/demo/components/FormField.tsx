// A labelled text field with a hint, a count of characters, and its fault.
import { useId } from "react";

type Props = {
  label: string;
  name: string;
  value: string;
  onChange: (value: string) => void;
  fault: string | undefined;
  hint?: string;
  /** The limit in characters. The count is shown beside it. */
  max?: number;
  /** The lines of a long text. Default: a field of one line. */
  rows?: number;
};

/** A longer text than the limit can be written, so that nothing of a paste is lost. */
export function FormField({ label, name, value, onChange, fault, hint, max, rows }: Props) {
  const id = useId();
  const aboutId = useId();
  const shared = {
    id,
    name,
    value,
    dir: "auto",
    className: "field",
    "data-testid": `form-${name}`,
    "aria-invalid": fault !== undefined,
    "aria-describedby": aboutId,
  } as const;
  return (
    <div className="form-field">
      <label htmlFor={id}>{label}</label>
      {rows ? (
        <textarea {...shared} rows={rows} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <input {...shared} autoComplete="off" onChange={(event) => onChange(event.target.value)} />
      )}
      <p id={aboutId} className="form-about">
        {fault ? (
          <span className="problem" role="alert" data-testid={`fault-${name}`}>
            {fault}
          </span>
        ) : (
          <span>{hint}</span>
        )}
        {max && (
          <span data-over={[...value].length > max}>
            {[...value].length} / {max}
          </span>
        )}
      </p>
    </div>
  );
}
