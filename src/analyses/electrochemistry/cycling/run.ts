import { quantile } from "../../../math/order-statistics.ts";

/** What a cycler measured, row by row, in SI and with I > 0 for oxidation of the working electrode. */
export interface CyclingRun {
  readonly title: string;
  /** Seconds on the file's clock. */
  readonly time: Float64Array;
  /** [V] */
  readonly potential: Float64Array;
  /** [A]; absent where the file has charge only. */
  readonly current?: Float64Array;
  /** True where the current is the mean since the row before, as EC-Lab's ⟨I⟩, not a reading at the row. */
  readonly averaged: boolean;
  /** Charge that the instrument itself counted since the row before [C]; NaN where it says nothing. */
  readonly counted?: Float64Array;
  /** True where the counted charge is the file's own increment, so that its sign is the direction of the current. */
  readonly countedDirects?: boolean;
  /** True for rows before which the record has a hole, as where other techniques of a sequence ran. */
  readonly hole?: Uint8Array;
  /** Number of the program's step at each row. */
  readonly step?: Float64Array;
  /** True for rows at rest, where the file says so. */
  readonly rest?: Uint8Array;
  /** Below this a current counts as none [A]. */
  readonly restCurrent?: number;
}

export type Kind = "charge" | "discharge";

/** Rows from … to, both inclusive, of current of one sign within one step. */
export interface Part {
  readonly from: number;
  readonly to: number;
  /** True where current of the same sign flows in the row before, in another step. */
  readonly continues: boolean;
}

/** A half cycle: all parts of one sign until the sign turns; rests between them do not end it. */
export interface HalfRows {
  readonly from: number;
  readonly to: number;
  readonly kind: Kind;
  readonly parts: readonly Part[];
}

export interface Segments {
  readonly halves: readonly HalfRows[];
  /** Runs of one or two rows, which are not counted as parts. */
  readonly dropped: number;
  /** The current below which a row is at rest [A]; NaN where charge or the file's own marks decided. */
  readonly threshold: number;
}

/** Rows that a run of current must have; fewer are a switching artefact. */
const LEAST_ROWS = 3;
/** Share of the usual current below which a row without a mark of its own is at rest. */
const REST_SHARE = 2e-3;

/** −1, 0 or 1 for every row: the direction of the current. The file's own increments of charge decide where it has them. */
function directions(run: CyclingRun): { sign: Int8Array; threshold: number } {
  const { current, counted, rest, time } = run;
  const sign = new Int8Array(time.length);
  const counts = counted?.some((q) => q !== 0 && !Number.isNaN(q));
  if (counts && (run.countedDirects || !current)) {
    for (let i = 0; i < sign.length; i++) sign[i] = Math.sign(counted![i]!) || 0;
    return { sign, threshold: Number.NaN };
  }
  if (!current) return { sign, threshold: Number.NaN };
  const sizes = Array.from(current, Math.abs).filter((size) => size > 0);
  const threshold = run.restCurrent ?? REST_SHARE * quantile(sizes, 0.95);
  for (let i = 0; i < sign.length; i++)
    if (!rest?.[i] && Math.abs(current[i]!) >= threshold) sign[i] = Math.sign(current[i]!) || 0;
  return { sign, threshold };
}

/** Cuts a run into half cycles by the sign of the current, and those into parts by steps and rests. */
export function segment(run: CyclingRun): Segments {
  const { sign, threshold } = directions(run);
  const { step } = run;
  const kept: HalfRows[] = [];
  let dropped = 0;
  for (let from = 0; from < sign.length; from++) {
    if (sign[from] === 0) continue;
    let to = from;
    while (sign[to + 1] === sign[from] && !run.hole?.[to + 1]) to++;
    if (to - from + 1 < LEAST_ROWS) dropped++;
    else
      kept.push({ kind: sign[from]! > 0 ? "charge" : "discharge", from, to, parts: byStep(from, to, step) });
    from = to;
  }
  const halves: HalfRows[] = [];
  for (const run of kept) {
    const last = halves.at(-1);
    if (last?.kind === run.kind)
      halves[halves.length - 1] = { ...last, to: run.to, parts: [...last.parts, ...run.parts] };
    else halves.push(run);
  }
  return { halves, dropped, threshold };
}

/** A stretch with current, cut where the step of the program changes. */
function byStep(from: number, to: number, step: Float64Array | undefined): Part[] {
  const parts: Part[] = [];
  let start = from;
  for (let i = from + 1; i <= to + 1; i++) {
    if (i <= to && (!step || step[i] === step[i - 1])) continue;
    parts.push({ from: start, to: i - 1, continues: start > from });
    start = i;
  }
  return parts;
}
