import { goTo, steps, stepsDone } from "../state/history.ts";

/** The steps so far; a click goes back to one, and those after it wait. */
export function HistoryList() {
  const all = steps.value;
  if (all.length === 0) return null;
  const row = (label: string, at: number) => (
    <li key={at}>
      <button
        type="button"
        class={at > stepsDone.value ? "step undone" : "step"}
        data-command="history.go"
        aria-current={at === stepsDone.value ? "step" : undefined}
        onClick={() => goTo(at)}
      >
        {label}
      </button>
    </li>
  );
  return (
    <section class="history" aria-label="steps">
      <h2>Steps</h2>
      <ol>{[row("As opened", 0), ...all.map(({ label }, i) => row(label, i + 1))]}</ol>
    </section>
  );
}
