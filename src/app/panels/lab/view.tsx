import { effect, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Stream, Table } from "../../../core/contracts.ts";
import type { Figure } from "../../../figures/figure.ts";
import type { LabForm } from "../../desk/lab.ts";
import { recipeOf, record } from "../../state/history.ts";
import { keyOf } from "../../state/items.ts";
import { type LabParams, labRun, shownAnalysis } from "../../state/lab-runs.ts";
import { platform } from "../../state/workspace.ts";
import { fail, setState } from "../contract.ts";
import type { PanelProps } from "../mount.tsx";
import { CyclePicker, chosenGroups } from "./cycles.tsx";
import { LabFormView } from "./form.tsx";
import { Numbers } from "./numbers.tsx";
import "./lab.css";

export interface LabLook {
  readonly shows: string;
  /** Such as "1-5, 10"; all where empty. */
  readonly cycles: string;
}

/** The forms of the analyses that may take a table, and what the one that is shown found. */
export function LabView({ host, item, view, change, figure }: PanelProps<LabLook, Stream | Table>) {
  const forms = useSignal<readonly LabForm[]>([]);
  /** As chosen for this table. */
  const chosen = useSignal<string | undefined>(undefined);
  const key = keyOf(item);
  useEffect(() => {
    const { columns, meta } = item.kind === "stream" ? item.table : item;
    const technique = typeof meta.technique === "string" ? meta.technique : "";
    void platform.desk.call("labForms", { columns, technique }).then(
      (found) => {
        forms.value = found;
      },
      (error) => fail(host, error),
    );
  }, [item]);
  // Here, because a panel says when it is first drawn whether it can be exported.
  const drawn = useMemo<PanelProps<LabLook>["figure"]>(() => ({}), []);
  figure.now = async (paper) => drawn.now?.(paper);
  const { runs } = recipeOf(key);
  const form =
    forms.value.find(({ id }) => id === chosen.value) ??
    forms.value.find(({ id }) => runs.some(({ name }) => name === id)) ??
    forms.value[0];
  useEffect(() => {
    shownAnalysis.value = form?.id;
  }, [form]);
  return (
    <div class="panel-body scrolls lab">
      {forms.value.length > 1 && (
        <div class="tools">
          <select
            aria-label="which analysis"
            data-command="lab.analysis"
            value={form?.id}
            onChange={(event) => {
              chosen.value = event.currentTarget.value;
            }}
          >
            {forms.value.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </div>
      )}
      {form && <Analysis key={form.id} {...{ form, host, item, view, change, figure: drawn }} />}
    </div>
  );
}

type AnalysisProps = Pick<
  PanelProps<LabLook, Stream | Table>,
  "host" | "item" | "view" | "change" | "figure"
> & {
  readonly form: LabForm;
};

function Analysis({ form, host, item, view, change, figure }: AnalysisProps) {
  const { id, title } = form;
  const key = keyOf(item);
  const run = useMemo(() => labRun(item, id), [item, id]);
  const asked = recipeOf(key).runs.find(({ name }) => name === id)?.asked;
  const running = run.running.value;
  const error = run.error.value;
  const answer = asked === undefined ? undefined : run.answers.value.get(asked);
  // A step that was done again, or that a session brought, is worked out where it is not known.
  useEffect(() => {
    if (asked !== undefined && !answer && !running && error?.asked !== asked) void run.start(asked);
  }, [asked, answer, running, error]);
  useEffect(
    () =>
      effect(() => {
        const now = run.running.value;
        const wrong = run.error.value;
        if (now) setState(host, "loading", `${now.done} of ${now.total}`);
        else if (wrong) setState(host, wrong.state, wrong.message);
        else setState(host, "ready");
      }),
    [run],
  );
  // A step is a run with a result: what was refused is asked again, not undone.
  const start = async (params: LabParams) => {
    const text = JSON.stringify(params);
    const done = await run.start(text);
    if (!done || text === recipeOf(key).runs.find(({ name }) => name === id)?.asked) return;
    record(`Run ${title.toLowerCase()}`, key, (recipe) => ({
      ...recipe,
      runs: [...recipe.runs.filter(({ name }) => name !== id), { name: id, asked: text }],
    }));
  };
  const figures = answer?.found.figures ?? [];
  const whole = (figures.find((one) => one.id === view.value.shows) ?? figures[0])?.figure;
  const shown = useSomeCycles(host, whole, view.value.cycles);
  figure.now = async () => {
    if (!shown) return undefined;
    const { data, cycles: _cycles, ...drawn } = shown;
    return { ...drawn, methods: answer?.found.methods.paragraph ?? drawn.caption, csv: () => data };
  };
  return (
    <>
      <details open={!answer}>
        <summary>{answer ? "Ask again" : title}</summary>
        <LabFormView
          {...{ form, running, error, asked }}
          start={(params) => void start(params)}
          cancel={() => run.cancel()}
        />
      </details>
      {answer && whole && (
        <>
          <div class="tools">
            <select
              aria-label="which figure"
              data-command="lab.shows"
              value={figures.find(({ figure: one }) => one === whole)?.id}
              onChange={(event) => change({ ...view.peek(), shows: event.currentTarget.value })}
            >
              {figures.map(({ id: name, figure: one }) => (
                <option key={name} value={name}>
                  {one.title}
                </option>
              ))}
            </select>
          </div>
          {whole.cycles && (
            <CyclePicker
              plot={whole.cycles}
              chosen={view.value.cycles}
              choose={(cycles) => change({ ...view.peek(), cycles })}
            />
          )}
          {shown && (
            <img
              class="figure"
              src={`data:image/svg+xml;utf8,${encodeURIComponent(shown.svg)}`}
              alt={shown.alt}
            />
          )}
          <Numbers answer={answer} />
        </>
      )}
    </>
  );
}

/** A figure with the chosen cycles only, drawn by the desk. */
function useSomeCycles(host: HTMLElement, whole: Figure | undefined, chosen: string): Figure | undefined {
  const drawn = useSignal<
    { readonly of: Figure; readonly chosen: string; readonly figure: Figure } | undefined
  >(undefined);
  const groups = whole?.cycles && chosenGroups(whole.cycles, chosen);
  useEffect(() => {
    if (!whole?.cycles || !groups) return;
    let current = true;
    void platform.desk.call("someCycles", { from: whole.cycles, groups }).then(
      (figure) => {
        if (current) drawn.value = { of: whole, chosen, figure };
      },
      (error) => {
        if (current) fail(host, error);
      },
    );
    return () => {
      current = false;
    };
  }, [whole, chosen]);
  if (!groups) return whole;
  const now = drawn.value;
  // While other cycles are being drawn, those before stay.
  return now?.of === whole ? now?.figure : whole;
}
