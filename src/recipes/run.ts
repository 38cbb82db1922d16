import type { Analysis, Buffers, Executor, Finished, Kernel, Shared, Task } from "../core/analysis.ts";
import type { Notice, Region, Signal } from "../core/contracts.ts";
import { LithoscopeError } from "../core/errors.ts";
import { seededRandom } from "../core/random.ts";
import { countOf, filledArray, placeTile, planTiles, positionsOf, shapesOf } from "../core/tile-plan.ts";
import type { ChunkStore } from "./chunk.ts";

export interface RunOptions {
  readonly executor: Executor;
  readonly seed?: number;
  /** Keeps finished tiles; those that it has already are not worked off again. */
  readonly store?: ChunkStore;
  /** Navigation positions done and in all; the first call counts those found in the store. */
  readonly progress?: (done: number, total: number) => void;
  readonly stop?: AbortSignal;
}

/** What a run found: the arrays of `finish`, or of the tiles where a kernel has no `finish`. */
export interface Outcome extends Finished {
  /** False where tiles were lost; `gaps` lists their regions. */
  readonly complete: boolean;
  readonly gaps: readonly Region[];
}

/**
 * Runs one analysis over a signal. Whatever the executor, the same bits; and the same again where a run goes on from
 * the tiles that an earlier one left in the store.
 *
 * @param params as `analysis.params.parse` gives them
 * @throws Cancelled; what reading throws; Output if the store cannot be written
 */
export async function runAnalysis<P>(
  analysis: Analysis<P>,
  input: Signal,
  params: P,
  options: RunOptions,
): Promise<Outcome> {
  const { seed = 0, stop } = options;
  const settled = await settle(analysis, input, params, options);
  const kernel: Kernel<P, unknown> = await analysis.load();
  const state = kernel.prepare(input, settled, seededRandom(`${seed}/${analysis.id}/prepare`));
  const { sum, gaps, notices } = await sumTiles(analysis, kernel, state, input, options);
  if (stop?.aborted) throw new LithoscopeError("Cancelled", "stopped before the maps were finished");
  const finished = kernel.finish?.(sum, state, input) ?? { maps: sum, tables: {}, values: {}, notices: [] };
  return {
    ...finished,
    notices: [...finished.notices, ...notices],
    complete: gaps.length === 0,
    gaps,
  };
}

/** Parameters with what the setup step finds, if the analysis has one. */
async function settle<P>(analysis: Analysis<P>, input: Signal, params: P, options: RunOptions): Promise<P> {
  const { executor, seed = 0, store, stop } = options;
  const setup = await analysis.setup?.();
  if (!setup) return params;
  const kept = await store?.read("setup");
  if (kept) return setup.apply(params, kept);
  const sampled = await setup.sample(input, params, stop);
  const { navigation, pattern } = shapesOf(input);
  const region = {
    start: [...navigation, ...pattern].map(() => 0),
    stop: [...navigation.map(() => 1), ...pattern],
  };
  const shared = sharedOf(input, sampled, setup.outputs(input));
  const taskOf = (state: number): Task => ({
    tile: 0,
    analysis: setup.kernel,
    input: taskInput(input),
    region,
    state,
    seed: `${seed}/${setup.kernel}/0`,
  });
  let found: Buffers | undefined;
  const failed = await withShared(executor, shared, (state) =>
    executor.run([taskOf(state)], (done) => (found = done.outputs), stop),
  );
  if (!found) throw new Error(`${setup.kernel} failed twice: ${failed[0]?.reason}`);
  await store?.write("setup", found);
  return setup.apply(params, found);
}

/** What `use` makes of the number of a shared value, which the executor forgets after. */
async function withShared<T>(
  executor: Executor,
  value: Shared,
  use: (number: number) => Promise<T>,
): Promise<T> {
  const number = await executor.share(value);
  try {
    return await use(number);
  } finally {
    await executor.free(number);
  }
}

/** Works off the tiles that the store does not have, and puts all of them together. */
async function sumTiles<P>(
  analysis: Analysis<P>,
  kernel: Kernel<P, unknown>,
  state: unknown,
  input: Signal,
  { executor, seed = 0, store, progress, stop }: RunOptions,
) {
  const { outputs } = analysis;
  const { navigation } = shapesOf(input);
  const total = countOf(navigation);
  const regions = planTiles(input);
  const sum: Buffers = {};
  for (const [name, { span, dtype, components, fill }] of Object.entries(outputs))
    sum[name] = filledArray(dtype, components * (span === "nav" ? total : 1), fill);
  const once = new Map<number, Buffers>();
  const ready = new Set<number>();
  let positions = 0;
  const take = (tile: number, tileOutputs: Buffers) => {
    ready.add(tile);
    positions += positionsOf(regions[tile]!, navigation.length);
    const kept: Buffers = {};
    for (const [name, { span, components }] of Object.entries(outputs))
      if (span === "nav") placeTile(tileOutputs[name]!, regions[tile]!, navigation, components, sum[name]!);
      else kept[name] = tileOutputs[name]!;
    if (Object.keys(kept).length > 0) once.set(tile, kept);
  };
  for (let tile = 0; store && tile < regions.length; tile++) {
    const chunk = await store.read(chunkName(tile));
    if (chunk) take(tile, chunk);
    if (stop?.aborted) throw new LithoscopeError("Cancelled", "stopped while finished tiles were read");
  }
  progress?.(positions, total);

  const tasksOf = (number: number) =>
    regions.flatMap((region, tile): Task[] =>
      ready.has(tile)
        ? []
        : [
            {
              tile,
              analysis: analysis.id,
              input: taskInput(input),
              region,
              state: number,
              seed: `${seed}/${analysis.id}/${tile}`,
            },
          ],
    );
  const writes = new Writes(store, stop);
  const failed = await withShared(executor, sharedOf(input, state, outputs), (number) =>
    writes.whileRunning((inner) =>
      executor.run(
        tasksOf(number),
        (done) => {
          take(done.tile, done.outputs);
          writes.add(chunkName(done.tile), done.outputs);
          progress?.(positions, total);
        },
        inner,
      ),
    ),
  );
  mergeOnce(kernel, once, sum);
  const notices = failed.map(
    ({ tile, reason }): Notice => ({
      code: "tile-lost",
      message: `tile ${tile} failed twice and is left out: ${reason.split("\n")[0]}`,
    }),
  );
  return { sum, gaps: failed.map((task) => task.region), notices };
}

/** Adds the arrays of span "once" in tile order, whatever order they came in. */
function mergeOnce(kernel: Kernel<never, unknown>, once: ReadonlyMap<number, Buffers>, sum: Buffers): void {
  const merge =
    kernel.merge ??
    ((into: Buffers, from: Buffers) => {
      for (const [name, array] of Object.entries(from))
        for (let i = 0; i < array.length; i++) into[name]![i]! += array[i]!;
    });
  for (const tile of [...once.keys()].sort((a, b) => a - b)) merge(sum, once.get(tile)!);
}

/** Chunks being written while tiles run; one that cannot be written stops the run. */
class Writes {
  private readonly store: ChunkStore | undefined;
  private readonly stop: AbortSignal | undefined;
  private readonly inner = new AbortController();
  private pending: Promise<void> = Promise.resolve();
  private failure: { readonly error: unknown } | undefined;

  constructor(store: ChunkStore | undefined, stop: AbortSignal | undefined) {
    this.store = store;
    this.stop = stop;
  }

  add(name: string, buffers: Buffers): void {
    const { store } = this;
    if (!store || this.failure) return;
    this.pending = this.pending
      .then(() => store.write(name, buffers))
      .catch((error: unknown) => {
        this.failure ??= { error };
        this.inner.abort();
      });
  }

  /** Runs with a signal that also a failed write stops; all writes are through when it ends. */
  async whileRunning<T>(run: (stop: AbortSignal) => Promise<T>): Promise<T> {
    const onStop = () => this.inner.abort();
    if (this.stop?.aborted) onStop();
    this.stop?.addEventListener("abort", onStop, { once: true });
    const ended = await run(this.inner.signal).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    this.stop?.removeEventListener("abort", onStop);
    await this.pending;
    if (this.failure) throw this.failure.error;
    if ("error" in ended) throw ended.error;
    return ended.value;
  }
}

const chunkName = (tile: number) => `tile-${String(tile).padStart(6, "0")}`;

/** A source in memory goes to each worker once, with the state; its tasks carry only its name. */
function taskInput({ ref }: Signal): Task["input"] {
  if (ref.source.kind !== "memory") return ref;
  return { ...ref, source: { kind: "memory", bytes: new Uint8Array(0), name: ref.source.name } };
}

function sharedOf({ ref }: Signal, state: unknown, outputs: Shared["outputs"]): Shared {
  return { state, outputs, ...(ref.source.kind === "memory" && { input: ref }) };
}
