import { useSignal } from "@preact/signals";
import type { LabForm } from "../../desk/lab.ts";
import type { ErrorWords } from "../../state/error-words.ts";
import type { LabParams } from "../../state/lab-runs.ts";
import { FieldInput, standardText } from "../form-field.tsx";

/** What an analysis asks for, made from its schema. */
export function LabFormView({
  form: { id, title, fields },
  running,
  error,
  asked,
  start,
  cancel,
}: {
  readonly form: LabForm;
  readonly running: { readonly done: number; readonly total: number } | undefined;
  readonly error: ErrorWords | undefined;
  /** What the answer shown was asked with, as JSON. */
  readonly asked: string | undefined;
  readonly start: (params: LabParams) => void;
  readonly cancel: () => void;
}) {
  const typed = useSignal<LabParams>({});
  const before = asked === undefined ? {} : (JSON.parse(asked) as LabParams);
  const given: LabParams = { ...before, ...typed.value };
  const submit = () => {
    const params = Object.fromEntries(
      Object.entries(given).filter(
        ([name, value]) => fields[name] && value !== "" && value !== standardText(fields[name]),
      ),
    );
    start(params);
  };
  return (
    <form
      class="analysis"
      aria-label={id}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {Object.entries(fields).map(([name, info]) => (
        <label key={name} class="field" htmlFor={`field-${name}`}>
          <span>{info.text}</span>
          <FieldInput
            name={name}
            info={info}
            value={given[name] ?? standardText(info)}
            wrong={error?.field === name}
            change={(value) => {
              typed.value = { ...typed.peek(), [name]: value };
            }}
          />
        </label>
      ))}
      {error && error.state !== "cancelled" && (
        <p class="wrong" role="alert">
          {error.message}
          {error.hint && ` (${error.hint})`}
        </p>
      )}
      {running ? (
        <div class="progress" data-run={id}>
          <progress
            aria-label={title}
            value={running.total > 1 ? running.done : undefined}
            max={running.total > 1 ? running.total : undefined}
          />
          <span>{running.total > 1 ? `${running.done} of ${running.total} spectra` : "working …"}</span>
          <button type="button" data-command="task.cancel" onClick={cancel}>
            Cancel
          </button>
        </div>
      ) : (
        <button type="submit" class="primary" data-command="lab.start">
          Run, some seconds
        </button>
      )}
    </form>
  );
}
