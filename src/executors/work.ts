import { kernels } from "../analyses/index.ts";
import type { Buffers, Done, Output, Shared, Task } from "../core/analysis.ts";
import type { Signal, Source, SourceRef } from "../core/contracts.ts";
import { type ErrorData, isLithoscopeError, LithoscopeError } from "../core/errors.ts";
import { pointSignal } from "../core/point-signal.ts";
import { seededRandom } from "../core/random.ts";
import { filledArray, positionsOf } from "../core/tile-plan.ts";
import { formats, openWith } from "../formats/index.ts";

/** How a platform reopens a source from its ref. */
export type OpenSource = (ref: SourceRef) => Promise<Source>;

export type ToWorker =
  | { readonly kind: "share"; readonly number: number; readonly value: Shared }
  | { readonly kind: "free"; readonly number: number }
  | { readonly kind: "run"; readonly task: Task };

export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly done: Done }
  | { readonly kind: "failed"; readonly tile: number; readonly error: Failure };

/** An error that crosses a thread: ours as data, any other as its text. */
export type Failure = { readonly ours: ErrorData } | { readonly text: string };

export function failureOf(error: unknown): Failure {
  if (isLithoscopeError(error)) return { ours: error.toData() };
  return { text: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** Output arrays of one tile, filled with what "never written" is. */
export function tileBuffers(outputs: Readonly<Record<string, Output>>, positions: number): Buffers {
  const buffers: Buffers = {};
  for (const [name, { span, dtype, components, fill }] of Object.entries(outputs))
    buffers[name] = filledArray(dtype, components * (span === "nav" ? positions : 1), fill);
  return buffers;
}

/** What every worker does, and the executor without workers: keeps states and open inputs, runs tasks. */
export interface Work {
  share(number: number, value: Shared): void;
  /** Forgets a state and closes the input opened for it. */
  free(number: number): Promise<void>;
  /** @throws what reading or the kernel throws; Cancelled */
  run(task: Task, stop?: AbortSignal): Promise<Done>;
  close(): Promise<void>;
}

/** @param signal the input of every task, where it need not be reopened */
export function createWork(openSource: OpenSource, signal?: Signal): Work {
  const shared = new Map<number, Shared>();
  const inputs = new Map<number, Promise<Signal>>();
  /** By the state that they were opened for. */
  const sources = new Map<number, Source>();

  async function open(
    state: number,
    { source: ref, format: id, item, options }: Task["input"],
  ): Promise<Signal> {
    const format = formats.find((f) => f.id === id);
    if (!format) throw new LithoscopeError("Unsupported", `no format is called "${id}"`, { format: id });
    const source = await openSource(ref);
    sources.set(state, source);
    const found = (await openWith(format, source, undefined, options)).items[item];
    if (found?.kind === "signal") return found;
    if (found?.kind === "points") return pointSignal(found);
    throw new LithoscopeError("Format", `${source.name}: item ${item} is not a signal`, {
      format: id,
      at: 0,
    });
  }

  async function closeSource(state: number) {
    const source = sources.get(state);
    sources.delete(state);
    await source?.close();
  }

  return {
    share(number, value) {
      shared.set(number, value);
    },

    async free(number) {
      shared.delete(number);
      inputs.delete(number);
      await closeSource(number);
    },

    async run(task, stop) {
      const value = shared.get(task.state);
      const load = kernels[task.analysis];
      if (!value || !load)
        throw new Error(`task ${task.tile} asks for ${task.analysis}, state ${task.state}`);
      let input = inputs.get(task.state);
      if (!input) {
        input = signal ? Promise.resolve(signal) : open(task.state, value.input ?? task.input);
        inputs.set(task.state, input);
      }
      const [kernel, from] = await Promise.all([load(), input]);
      const data = await from.tile(task.region, stop);
      const navigation = from.axes.filter((axis) => axis.role === "nav").length;
      const outputs = tileBuffers(value.outputs, positionsOf(task.region, navigation));
      kernel.tile(data, task.region, value.state, outputs, seededRandom(task.seed));
      return { tile: task.tile, region: task.region, outputs };
    },

    async close() {
      inputs.clear();
      for (const state of [...sources.keys()]) await closeSource(state);
    },
  };
}

/** The one message handler of all workers: answers each message that wants an answer, with what to transfer. */
export function createHandler(
  openSource: OpenSource,
): (message: ToWorker, answer: (reply: FromWorker, transfer: ArrayBuffer[]) => void) => Promise<void> {
  const work = createWork(openSource);
  return async (message, answer) => {
    if (message.kind === "share") return work.share(message.number, message.value);
    if (message.kind === "free") return work.free(message.number);
    try {
      const done = await work.run(message.task);
      const buffers = Object.values(done.outputs).map(({ buffer }) => buffer as ArrayBuffer);
      answer({ kind: "done", done }, buffers);
    } catch (error) {
      answer({ kind: "failed", tile: message.task.tile, error: failureOf(error) }, []);
    }
  };
}
