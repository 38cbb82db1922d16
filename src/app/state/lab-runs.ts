import { type Signal as State, signal } from "@preact/signals";
import type { Item } from "../../core/contracts.ts";
import { Desk } from "../desk/client.ts";
import type { LabAnswer } from "../desk/lab.ts";
import { type ErrorWords, errorWords } from "./error-words.ts";
import { recipeOf } from "./history.ts";
import { handleOf, keyOf } from "./items.ts";
import { files, platform } from "./workspace.ts";

export type LabParams = Readonly<Record<string, string | boolean>>;

/** One analysis of one table, which goes on while something else is looked at. */
export interface LabRun {
  /** Spectra that are done, while it runs. */
  readonly running: State<{ readonly done: number; readonly total: number } | undefined>;
  /** What was found, by what was asked. */
  readonly answers: State<ReadonlyMap<string, LabAnswer>>;
  readonly error: State<(ErrorWords & { readonly asked: string }) | undefined>;
  /** Works out what is asked, unless it is known; true when it is. */
  start(asked: string): Promise<boolean>;
  cancel(): void;
}

/** The analysis whose form or answer is shown. */
export const shownAnalysis = signal<string | undefined>(undefined);

const runs = new WeakMap<Item, Map<string, LabRun>>();

/** The run of an analysis of an item. */
export function labRun(item: Item, analysis: string): LabRun {
  const own = runs.get(item) ?? new Map<string, LabRun>();
  runs.set(item, own);
  const run = own.get(analysis) ?? newRun(item, analysis);
  own.set(analysis, run);
  return run;
}

/** What the analysis of a table that is shown found, or that of its first run. */
export function labAnswer(item: Item): LabAnswer | undefined {
  const all = recipeOf(keyOf(item)).runs;
  const run = all.find(({ name }) => name === shownAnalysis.value) ?? all[0];
  return run && labRun(item, run.name).answers.value.get(run.asked);
}

function newRun(item: Item, analysis: string): LabRun {
  let desk: Desk | undefined;
  const run: LabRun = {
    running: signal(undefined),
    answers: signal(new Map()),
    error: signal(undefined),
    async start(asked) {
      run.error.value = undefined;
      if (run.answers.peek().has(asked)) return true;
      if (run.running.peek()) return false;
      // A worker of its own: fitting does not listen, so that ending it is the only way to stop.
      const own = new Desk(platform.addresses.desk);
      desk = own;
      run.running.value = { done: 0, total: 0 };
      try {
        const progress = (value: { done: number; total: number }) => {
          run.running.value = value;
        };
        const handle = handleOf(item)!;
        const name = files.peek().find((file) => file.handle.id === handle.file.id)?.name ?? "";
        const params = JSON.parse(asked) as LabParams;
        const answer = await own.call("lab", { ...handle, name, analysis, params }, { progress });
        run.answers.value = new Map(run.answers.peek()).set(asked, answer);
        return true;
      } catch (error) {
        run.error.value = { ...errorWords(error), asked };
        return false;
      } finally {
        own.end();
        run.running.value = undefined;
      }
    },
    cancel: () => desk?.end(),
  };
  return run;
}
