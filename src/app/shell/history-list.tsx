import { useSignal } from "@preact/signals";
import { amendments, editStep, goTo, stateDigest, steps, stepsDone, switchStep } from "../state/history.ts";
import type { Change, Part, Step } from "../state/steps.ts";
import { CopyAs, ReportButton } from "./copy-as.tsx";

/** The steps so far; a click goes back to one, and those after it wait. Each can be switched off or given other numbers. */
export function HistoryList() {
  const all = steps.value;
  return (
    <section class="history" aria-label="steps" data-digest={stateDigest.value}>
      {all.length > 0 && (
        <>
          <h2>Steps</h2>
          <ol>
            <li>
              <StepButton label="As opened" at={0} off={false} />
            </li>
            {all.map((step, i) => (
              <StepRow key={i} step={step} index={i} />
            ))}
          </ol>
        </>
      )}
      <CopyAs />
      <ReportButton />
    </section>
  );
}

function StepButton({
  label,
  at,
  off,
}: {
  readonly label: string;
  readonly at: number;
  readonly off: boolean;
}) {
  const undone = at > stepsDone.value;
  return (
    <button
      type="button"
      class={["step", undone ? "undone" : "", off ? "off" : ""].join(" ")}
      data-command="history.go"
      aria-current={at === stepsDone.value ? "step" : undefined}
      onClick={() => goTo(at)}
    >
      {label}
      {off && <span class="faint"> (off)</span>}
    </button>
  );
}

function StepRow({ step, index }: { readonly step: Step; readonly index: number }) {
  const open = useSignal(false);
  const { off, edits } = amendments.value;
  const done = index < stepsDone.value;
  const change = "change" in step ? (edits.get(index) ?? step.change) : undefined;
  const label = edits.has(index)
    ? `${step.label.replace(/ (?:to|at) .*$/, "")}: ${numbersOf(change!)}`
    : step.label;
  const isOff = off.has(index);
  return (
    <li data-step={index} data-off={isOff}>
      <div class="row">
        <StepButton label={label} at={index + 1} off={isOff} />
        {change && done && numberFields(change).length > 0 && (
          <button
            type="button"
            class="quiet small-target"
            data-command="history.edit"
            aria-label={`Edit step ${index + 1}: ${label}`}
            aria-expanded={open.value}
            onClick={() => {
              open.value = !open.value;
            }}
          >
            ✎
          </button>
        )}
        {change && done && (
          <button
            type="button"
            class="quiet small-target"
            data-command="history.switch"
            aria-label={`Switch ${isOff ? "on" : "off"} step ${index + 1}: ${label}`}
            aria-pressed={isOff}
            onClick={() => switchStep(index, !isOff)}
          >
            {isOff ? "○" : "●"}
          </button>
        )}
      </div>
      {open.value && change && (
        <StepForm
          change={change}
          done={(edited) => {
            open.value = false;
            if (edited) editStep(index, edited);
          }}
        />
      )}
    </li>
  );
}

interface NumberField {
  readonly part: number;
  readonly name: string;
  readonly value: number;
}

const EDITABLE = ["x", "y", "x2", "y2", "inner", "outer"];

/** The numbers that a step put somewhere. */
function numberFields({ parts }: Change): NumberField[] {
  return parts.flatMap(({ fields }: Part, part) =>
    EDITABLE.flatMap((name) => {
      const value = fields[name];
      return typeof value === "number" ? [{ part, name, value }] : [];
    }),
  );
}

function numbersOf(change: Change): string {
  return numberFields(change)
    .map(({ name, value }) => `${name} ${value}`)
    .join(", ");
}

/** Other numbers for a step, in px. */
function StepForm({
  change,
  done,
}: {
  readonly change: Change;
  readonly done: (edited: Change | undefined) => void;
}) {
  const fields = numberFields(change);
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const parts = change.parts.map((part, i) => {
      const typed = fields
        .filter((field) => field.part === i)
        .map(({ name }) => [name, Number.parseFloat(String(form.get(`${i} ${name}`)))] as const)
        .filter(([, value]) => Number.isFinite(value));
      return { ...part, fields: { ...part.fields, ...Object.fromEntries(typed) } };
    });
    done({ ...change, parts });
  };
  return (
    <form
      class="step-form"
      onSubmit={onSubmit}
      onKeyDown={(event) => {
        if (event.key === "Escape") done(undefined);
      }}
    >
      {fields.map(({ part, name, value }) => (
        <label key={`${part} ${name}`}>
          {name}{" "}
          <input
            name={`${part} ${name}`}
            inputMode="decimal"
            required
            pattern="-?\d+(\.\d+)?"
            defaultValue={String(value)}
          />
        </label>
      ))}
      <button type="submit" data-command="history.edit-apply">
        Apply (px)
      </button>
    </form>
  );
}
