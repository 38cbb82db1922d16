/** The contracts of house-style §4 from data to results: Analysis, Kernel, Executor. */
import type { DType, Notice, Numeric, Quantity, Region, Signal, SignalInfo, Table } from "./contracts.ts";
import type { Random } from "./random.ts";
import type { Schema } from "./schema.ts";

/** One output array of an analysis. */
export interface Output {
  readonly unit: string;
  /** "nav": one entry per navigation position; "once": one array for the whole run, merged tile by tile. */
  readonly span: "nav" | "once";
  readonly dtype: DType;
  /** Numbers per entry: 4 for a quaternion. */
  readonly components: number;
  /** What an entry that was never written holds: NaN or −1. */
  readonly fill: number;
  readonly text: string;
}

/** Output arrays by name, as long as their region (nav) or the whole (once). */
export type Buffers = Record<string, Numeric>;

/** What an input must be: number of navigation and signal axes, and axes that must be calibrated. */
export interface Need {
  readonly navigation: number;
  readonly signal: number;
  readonly calibrated: readonly string[];
}

/** The light half of an analysis; command-line help, forms and docs need only this. */
export interface Analysis<P> {
  readonly id: string;
  /** +1 whenever a returned number can change. */
  readonly version: number;
  readonly title: string;
  /** DOIs. */
  readonly cite: readonly string[];
  readonly need: Need;
  readonly params: Schema<P>;
  readonly outputs: Readonly<Record<string, Output>>;
  // biome-ignore lint/suspicious/noExplicitAny: the state is the kernel's own business
  load(): Promise<Kernel<P, any>>;
  /** Where something must be found from the whole input before `prepare`. */
  setup?(): Promise<Setup<P>>;
}

/** A step before `prepare`: samples of the input are read, one task finds what they say, the parameters take it in. */
export interface Setup<P> {
  /** Id of the kernel that does it; its `tile` fills arrays of span "once" from the state alone. */
  readonly kernel: string;
  outputs(input: SignalInfo): Readonly<Record<string, Output>>;
  /** The state of that kernel. */
  sample(input: Signal, params: P, stop?: AbortSignal): Promise<unknown>;
  apply(params: P, found: Buffers): P;
}

/** The half that runs in a worker. Everything in `state` survives structuredClone. */
export interface Kernel<P, S> {
  prepare(input: SignalInfo, params: P, random: Random): S;
  /** Pure and synchronous: fills `out`, arrays of the region's navigation positions. */
  tile(data: Numeric, at: Region, state: S, out: Buffers, random: Random): void;
  /** Adds one tile's "once" arrays into the sum, in tile order; plain addition if absent. */
  merge?(into: Buffers, from: Buffers): void;
  /** Maps of the whole scan from the maps of the tiles: units, uncertainties, tables. */
  finish?(sum: Buffers, state: S, input: SignalInfo): Finished;
}

/** What `finish` adds to the maps. */
export interface Finished {
  readonly maps: Buffers;
  readonly tables: Readonly<Record<string, Table>>;
  readonly values: Readonly<Record<string, Quantity>>;
  readonly notices: readonly Notice[];
}

/** Where a result came from; no time stamp, host or path in it. */
export interface Provenance {
  readonly lithoscope: string;
  readonly analysis: string;
  readonly version: number;
  readonly inputs: Readonly<Record<string, string>>;
  readonly params: unknown;
  readonly seed: number;
}

export interface Result {
  readonly maps: Readonly<Record<string, Signal>>;
  readonly tables: Readonly<Record<string, Table>>;
  readonly values: Readonly<Record<string, Quantity>>;
  readonly notices: readonly Notice[];
  readonly provenance: Provenance;
  /** False where tiles were lost; `gaps` lists their regions. */
  readonly complete: boolean;
  readonly gaps: readonly Region[];
}

/** A description, not data: below 2 kB. A worker reopens the source from its ref. */
export interface Task {
  readonly tile: number;
  readonly analysis: string;
  readonly input: Signal["ref"];
  readonly region: Region;
  /** Number that `share` gave for the kernel's state. */
  readonly state: number;
  readonly seed: string;
}

export interface Done {
  readonly tile: number;
  readonly region: Region;
  readonly outputs: Buffers;
}

/** What `share` carries for a run: the kernel's state, what a tile fills, and an input too big for a task. */
export interface Shared {
  readonly state: unknown;
  readonly outputs: Readonly<Record<string, Output>>;
  readonly input?: Task["input"];
}

/** A task whose worker died, hung or threw twice, and what was seen the last time. */
export interface FailedTask extends Task {
  readonly reason: string;
}

/** Where tasks run. Results do not depend on it. */
export interface Executor {
  readonly name: string;
  /** For progress only: no plan depends on it. */
  readonly slots: number;
  /** Gives a value to every worker once; tasks carry the number. */
  share(value: unknown): Promise<number>;
  /** Lets go of a shared value, and of the inputs opened for it, once the tasks that name it are over. */
  free(number: number): Promise<void>;
  /** Runs every task; `done` may come in any order. Resolves with the tasks that failed twice. */
  run(tasks: Iterable<Task>, done: (d: Done) => void, stop?: AbortSignal): Promise<readonly FailedTask[]>;
  close(): Promise<void>;
}
