import { signal } from "@preact/signals";
import type { Item, Notice, PointList, Quantity, Signal, Table } from "../../core/contracts.ts";
import { Desk } from "../desk/client.ts";
import type { CrystalFile, PlainTable, RunProgress } from "../desk/run.ts";
import { type ErrorWords, errorWords } from "./error-words.ts";
import { handleOf, keyOf, setKey } from "./items.ts";
import { entries, files, platform, results, show } from "./workspace.ts";

/** Time after which a run that was told to stop is ended whatever it does [ms]. */
const PATIENCE = 400;

/** What a finished run says beside its map. */
export interface RunFacts {
  readonly values: Readonly<Record<string, Quantity>>;
  readonly notices: readonly Notice[];
  readonly tables: Readonly<Record<string, Table>>;
  /** Name of the run in the browser's storage. */
  readonly id: string | undefined;
  /** What was asked, for those who want to ask it again. */
  readonly asked: RunAsked;
  /** What runs again to the same result; undefined where the browser makes no content ids. */
  readonly recipe: unknown;
}

/** A run as it was asked for. */
export interface RunAsked {
  readonly analysis: string;
  /** Key of the scan. */
  readonly scan: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly crystals: readonly CrystalFile[];
}

export interface RunState {
  readonly title: string;
  readonly progress: RunProgress;
  /** When indexing began, by the page's clock [ms]. */
  readonly since: number;
  /** When it was told to stop, by the page's clock [ms]. */
  readonly stopping?: number;
}

/** The run in progress. */
export const running = signal<RunState | undefined>(undefined);
/** Why the last run ended without a result. */
export const runError = signal<ErrorWords | undefined>(undefined);

const desks = new WeakMap<Item, Desk>();
const facts = new WeakMap<Item, RunFacts>();
let stop: AbortController | undefined;
let desk: Desk | undefined;
let count = 0;

/** The worker that made a map and can explain its points. */
export const deskOf = (item: Item) => desks.get(item);
export const factsOf = (item: Item) => facts.get(item);

/** The crystals among the open files, by the names that they get in every output. */
export function openCrystals(): CrystalFile[] {
  return files.value.flatMap(({ name, handle, entries: found }) =>
    found.some(({ item }) => item.kind === "crystal")
      ? [
          {
            ...{ name: name.replace(/\.cif$/i, ""), source: handle.source },
            ...(handle.options?.setting !== undefined && { setting: handle.options.setting }),
          },
        ]
      : [],
  );
}

/** Tables whose numbers came along, as every table is read. */
function readable(tables: Readonly<Record<string, PlainTable>>): Record<string, Table> {
  const made = Object.entries(tables).map(([name, { values, ...about }]) => {
    const read: Table["read"] = async (column, from, to) => values[column]!.slice(from, to);
    return [name, { ...about, read }] as const;
  });
  return Object.fromEntries(made);
}

/** Fewer points say little of the speed: workers get their tables first. */
const LEAST = 100;
const SPEEDS = "lithoscope-speeds";

/** Points a second that the last run of an analysis worked off on this machine; undefined before the first one. */
export function speedOf(analysis: string): number | undefined {
  try {
    const speed = JSON.parse(localStorage.getItem(SPEEDS) ?? "{}")[analysis];
    return typeof speed === "number" && speed > 0 ? speed : undefined;
  } catch {
    // The page may not remember, or something else wrote there.
    return undefined;
  }
}

function keepSpeed(analysis: string, speed: number): void {
  try {
    const before = JSON.parse(localStorage.getItem(SPEEDS) ?? "{}");
    localStorage.setItem(SPEEDS, JSON.stringify({ ...before, [analysis]: speed }));
  } catch {
    // Without a memory the next button says no time.
  }
}

/** Runs an analysis of a scan in a worker of its own and shows the map that it finds. */
export async function startRun(
  scan: Signal | PointList,
  analysis: string,
  params: Readonly<Record<string, unknown>>,
  crystals: readonly CrystalFile[],
): Promise<void> {
  const mine = new AbortController();
  stop = mine;
  runError.value = undefined;
  const began = new Desk(platform.addresses.desk);
  desk = began;
  running.value = {
    title: analysis,
    progress: { stage: "reading crystals", done: 0, total: 0 },
    since: performance.now(),
  };
  let begun = { at: 0, done: 0 };
  const progress = (value: RunProgress) => {
    const before = running.peek();
    if (!before) return;
    const first = before.progress.stage !== value.stage;
    if (first && value.stage === "indexing") begun = { at: performance.now(), done: value.done };
    if (value.done === value.total && value.done - begun.done >= LEAST)
      keepSpeed(analysis, (1000 * (value.done - begun.done)) / (performance.now() - begun.at));
    running.value = { ...before, progress: value, since: first ? performance.now() : before.since };
  };
  try {
    const workers = Math.max(1, Math.min(8, navigator.hardwareConcurrency));
    const tiles = platform.addresses.tiles;
    const handle = handleOf(scan)!;
    const name = files.peek().find(({ handle: { id } }) => id === handle.file.id)?.name ?? scan.title;
    const request = { ...handle, name, analysis, params, crystals, workers, tiles };
    const { id, map, values, notices, tables, recipe } = await began.call("run", request, {
      progress,
      stop: mine.signal,
    });
    desks.set(map, began);
    const asked = { analysis, scan: keyOf(scan), params, crystals };
    facts.set(map, { values, notices, tables: readable(tables), asked, recipe, id });
    const key = `r${++count}`;
    setKey(map, key);
    results.value = [...results.value, { key, item: map, label: `${analysis} ${count}: ${scan.title}` }];
    if (entries.peek().some((entry) => entry.key === key)) show(key);
  } catch (error) {
    began.end();
    runError.value = errorWords(error);
  } finally {
    const told = running.peek()?.stopping;
    running.value = undefined;
    if (told !== undefined) performance.measure("litho:cancel", { start: told });
  }
}

/** Stops the run in progress; a worker in the middle of something long is ended. */
export function cancelRun(): void {
  const now = running.peek();
  const ending = desk;
  if (!now || now.stopping !== undefined) return;
  running.value = { ...now, stopping: performance.now() };
  stop?.abort();
  setTimeout(() => {
    if (running.peek() && ending === desk) ending?.end();
  }, PATIENCE);
}
