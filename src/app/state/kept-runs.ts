import { computed, effect, signal } from "@preact/signals";
import type { Signal } from "../../core/contracts.ts";
import { type KeptRun, runLock } from "../desk/kept-runs-lock.ts";
import { factsOf, running, startRun } from "./runs.ts";
import { files, type OpenFile, platform, results } from "./workspace.ts";

const all = signal<readonly KeptRun[]>([]);

/** Runs that are kept and not under way or shown here. */
export const pausedRuns = computed(() =>
  running.value
    ? []
    : all.value.filter(({ id }) => !results.value.some(({ item }) => factsOf(item)?.id === id)),
);

/** The file of a kept run, if it is open. */
export function fileOfRun({ scan }: KeptRun): OpenFile | undefined {
  return files.value.find(({ content, state }) => state === "ready" && content === scan.content);
}

async function underWay(): Promise<Set<string>> {
  try {
    return new Set((await navigator.locks.query()).held?.map(({ name }) => name ?? ""));
  } catch {
    return new Set();
  }
}

/** Looks for kept runs that nobody works on. */
export async function findKeptRuns(): Promise<void> {
  try {
    const [found, held] = await Promise.all([platform.desk.call("keptRuns", {}), underWay()]);
    all.value = found.filter(({ id }) => !held.has(runLock(id)));
  } catch {
    // The browser keeps nothing here, so nothing is paused.
    all.value = [];
  }
}

/** Goes on with a kept run from its finished parts. */
export function goOnWith(run: KeptRun): void {
  const item = fileOfRun(run)?.entries[run.scan.item]?.item;
  if (item?.kind !== "signal") return;
  const crystals = run.crystals.map(({ name, text, setting }) => ({
    name,
    source: { kind: "memory" as const, bytes: new TextEncoder().encode(text), name: `${name}.cif` },
    ...(setting !== undefined && { setting }),
  }));
  void startRun(item as Signal, run.analysis, run.params, crystals);
}

/** Forgets a kept run and its parts. */
export async function forgetKeptRun({ id }: KeptRun): Promise<void> {
  all.value = all.value.filter((run) => run.id !== id);
  await platform.desk.call("forgetRun", { id });
}

/** Shows what an earlier page left, and goes on with a run by itself once its file is handed over again. */
export async function followKeptRuns(): Promise<void> {
  await findKeptRuns();
  const waiting = new Set(all.peek().filter(({ done, total }) => done < total || total === 0));
  effect(() => {
    if (running.value) return;
    const next = [...waiting].find((run) => fileOfRun(run));
    if (!next) return;
    waiting.delete(next);
    goOnWith(next);
  });
  let before = running.peek();
  effect(() => {
    const now = running.value;
    if (before && !now) void findKeptRuns();
    before = now;
  });
}
