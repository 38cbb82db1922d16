/** Files of `cycling`: one run per cell. */
import { type CellRun, cellOf } from "../analyses/electrochemistry/cycling/analysis.ts";
import type { ColumnChoice } from "../analyses/electrochemistry/cycling/columns.ts";
import { withoutRepeats } from "../analyses/electrochemistry/cycling/repeats.ts";
import type { CyclingRun } from "../analyses/electrochemistry/cycling/run.ts";
import type { Notice, OpenOptions } from "../core/contracts.ts";
import { LithoscopeError } from "../core/errors.ts";
import { withLabFile } from "./lab-input.ts";

export interface CellFile extends CellRun {
  readonly file: string;
  readonly id: string;
  readonly open: OpenOptions;
}

/** The first table of a file that is a cycling run. */
export function readCell(
  path: string,
  open: OpenOptions,
  columns: ColumnChoice,
  stop: AbortSignal,
): Promise<CellFile> {
  return withLabFile(path, open, stop, async (lab) => {
    const cell = await cellOf(lab.tables, columns, stop);
    return { ...cell, file: path, id: lab.id, open, notices: [...lab.notices, ...cell.notices] };
  });
}

/** Dates of files are written to the second [s]. */
const DATED_WITHIN = 1;

const backSteps = (time: Float64Array) =>
  time.reduce((n, t, i) => n + (i > 0 && t < time[i - 1]! ? 1 : 0), 0);

/**
 * Files of one cell put end to end on the absolute clock. Rows that two files share are taken once, and said.
 *
 * @throws Missing where a start is unknown, or files overlap in rows that differ
 */
export function joinRuns(cells: readonly CellFile[]): { run: CyclingRun; notices: Notice[] } {
  const unknown = cells.find(({ start }) => start === undefined);
  if (unknown)
    throw new LithoscopeError(
      "Missing",
      `${unknown.file}: wanted the date of its start to join it, found none, leave out --join`,
      {
        what: "start",
        flag: "--join",
      },
    );
  const sorted = [...cells].sort((a, b) => a.start! + a.run.time[0]! - (b.start! + b.run.time[0]!));
  const zero = sorted[0]!.start!;
  const joined = (pick: (run: CyclingRun, i: number) => ArrayLike<number>) =>
    Float64Array.from(sorted.flatMap(({ run }, i) => Array.from(pick(run, i))));
  const every = (name: "current" | "counted" | "step") => sorted.every(({ run }) => run[name] !== undefined);
  if (!every("current") && !every("counted"))
    throw new LithoscopeError(
      "Missing",
      "--join: wanted current or charge in every file, found files with one or the other",
      {
        what: "current",
        flag: "--join",
      },
    );
  const { title, averaged, countedDirects } = sorted[0]!.run;
  const whole: CyclingRun = {
    title: `${title} and ${sorted.length - 1} more`,
    averaged: averaged && sorted.every(({ run }) => run.averaged),
    time: joined((run, i) => run.time.map((t) => t + sorted[i]!.start! - zero)),
    potential: joined((run) => run.potential),
    ...(every("current") && { current: joined((run) => run.current!) }),
    ...(every("counted") && { counted: joined((run) => run.counted!) }),
    ...(countedDirects && sorted.every(({ run }) => run.countedDirects) && { countedDirects }),
    // Steps of different files are different steps.
    ...(every("step") && { step: joined((run, i) => run.step!.map((s) => s + 1e6 * i)) }),
    ...(sorted.every(({ run }) => run.rest) && {
      rest: Uint8Array.from(sorted.flatMap(({ run }) => Array.from(run.rest!))),
    }),
  };
  const { run, repeated } = withoutRepeats(whole, DATED_WITHIN);
  const overlap = sorted.findIndex((b, i) => {
    const a = sorted[i - 1];
    return a !== undefined && b.start! + b.run.time[0]! < a.start! + a.run.time.at(-1)!;
  });
  // What goes back within one file has been said of that file.
  if (overlap > 0 && backSteps(run.time) > sorted.reduce((n, cell) => n + backSteps(cell.run.time), 0)) {
    const [a, b] = [sorted[overlap - 1]!, sorted[overlap]!];
    const gap = b.start! + b.run.time[0]! - (a.start! + a.run.time.at(-1)!);
    throw new LithoscopeError(
      "Missing",
      `${b.file} begins ${(-gap).toFixed(1)} s before ${a.file} ends, and their rows differ; one of the clocks is wrong or they are not one cell, leave out --join`,
      { what: "order of the files", flag: "--join" },
    );
  }
  const message = `${repeated} rows stand in two of the files and are counted once`;
  return { run, notices: repeated > 0 ? [{ code: "rows-repeated", message, where: whole.title }] : [] };
}
