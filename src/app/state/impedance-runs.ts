import { type Signal as State, signal } from "@preact/signals";
import type { Item } from "../../core/contracts.ts";
import { Desk } from "../desk/client.ts";
import type { ImpedanceAnswer, ImpedanceRequest } from "../desk/impedance.ts";
import { type ErrorWords, errorWords } from "./error-words.ts";
import { handleOf } from "./items.ts";
import { platform } from "./workspace.ts";

/** The analysis of one table, which goes on while something else is looked at. */
export interface ImpedanceRun {
  /** Spectra that are done, while it runs. */
  readonly running: State<{ readonly done: number; readonly total: number } | undefined>;
  readonly answer: State<ImpedanceAnswer | undefined>;
  readonly error: State<ErrorWords | undefined>;
  /** What was typed into its form. */
  readonly given: State<Readonly<Record<string, string | boolean>>>;
  start(asked: Pick<ImpedanceRequest, "params" | "negate">): Promise<void>;
  cancel(): void;
}

const runs = new WeakMap<Item, ImpedanceRun>();

/** The run of an item. */
export function impedanceRun(item: Item): ImpedanceRun {
  const known = runs.get(item);
  if (known) return known;
  const made = newRun(item);
  runs.set(item, made);
  return made;
}

function newRun(item: Item): ImpedanceRun {
  let desk: Desk | undefined;
  const run: ImpedanceRun = {
    running: signal(undefined),
    answer: signal(undefined),
    error: signal(undefined),
    given: signal({}),
    async start(asked) {
      // A worker of its own: fitting does not listen, so that ending it is the only way to stop.
      const own = new Desk(platform.addresses.desk);
      desk = own;
      run.error.value = undefined;
      run.running.value = { done: 0, total: 0 };
      try {
        const progress = (value: { done: number; total: number }) => {
          run.running.value = value;
        };
        run.answer.value = await own.call("impedance", { ...handleOf(item)!, ...asked }, { progress });
      } catch (error) {
        run.error.value = errorWords(error);
      } finally {
        own.end();
        run.running.value = undefined;
      }
    },
    cancel: () => desk?.end(),
  };
  return run;
}
