import type { KeptRun } from "../desk/kept-runs-lock.ts";
import { fileOfRun, forgetKeptRun, goOnWith, pausedRuns } from "../state/kept-runs.ts";

/** Runs whose finished parts are kept, and that are not under way. */
export function KeptRuns() {
  if (pausedRuns.value.length === 0) return null;
  return (
    <section aria-label="kept runs">
      <h2>Kept runs</h2>
      <ul>
        {pausedRuns.value.map((run) => (
          <KeptRow key={run.id} run={run} />
        ))}
      </ul>
    </section>
  );
}

function KeptRow({ run }: { readonly run: KeptRun }) {
  const { analysis, scan, done, total } = run;
  const finished = total > 0 && done === total;
  const share =
    total > 0 ? `${Math.floor((100 * done) / total)} %, ${done} of ${total} points` : "just begun";
  const name = `${analysis} of ${scan.name}`;
  return (
    <li class="file wanted" data-kept-run={analysis} data-state={finished ? "ready" : "paused"}>
      <div class="row">
        <span class="name">{name}</span>
        <button
          type="button"
          class="quiet"
          data-command="run.forget"
          aria-label={`Forget ${name}`}
          onClick={() => void forgetKeptRun(run)}
        >
          ×
        </button>
      </div>
      <span class="faint">{finished ? "finished" : `paused at ${share}`}</span>
      {fileOfRun(run) ? (
        <button type="button" data-command="run.go-on" onClick={() => goOnWith(run)}>
          {finished ? "Show" : "Go on"}
        </button>
      ) : (
        <span class="faint">
          hand {scan.name} over again to {finished ? "see it" : "go on"}
        </span>
      )}
    </li>
  );
}
