/** Flags and files of `cycling`: what is stated, and one run per cell. */
import { type ColumnChoice, cyclingRun } from "../analyses/electrochemistry/cycling/columns.ts";
import { withoutRepeats } from "../analyses/electrochemistry/cycling/repeats.ts";
import type { CyclingRun } from "../analyses/electrochemistry/cycling/run.ts";
import type { Notice, OpenOptions } from "../core/contracts.ts";
import { isLithoscopeError, LithoscopeError } from "../core/errors.ts";
import { parseQuantity } from "../core/unit.ts";
import { choiceFlag } from "./choice-flag.ts";
import { type FlagValues, flagText, usage } from "./command.ts";
import type { Electrode } from "./cycling-numbers.ts";
import { isSweep, withLabFile } from "./lab-input.ts";
import { measuredFlag } from "./measured-flag.ts";

export interface CellFile {
  readonly file: string;
  readonly id: string;
  readonly open: OpenOptions;
  readonly run: CyclingRun;
  /** Absolute time of the run's zero [s], where the file has one. */
  readonly start?: number;
  readonly notices: readonly Notice[];
}

/** What the flags state, defaults filled in. */
export function cyclingFlags(flags: FlagValues) {
  const sign = choiceFlag(flags, "sign", ["oxidation-positive", "reduction-positive"]);
  const rest = flagText(flags, "rest-current");
  const potential = flagText(flags, "potential");
  const mass = measuredFlag(flags, "mass", "mg");
  const area = measuredFlag(flags, "area", "cm²");
  const thickness = measuredFlag(flags, "thickness", "µm");
  const nominal = measuredFlag(flags, "nominal", "mAh");
  const formula = flagText(flags, "formula");
  const ions = flagText(flags, "ions");
  if (ions !== undefined && !(Number(ions) > 0))
    throw usage("--ions", `wanted a number above 0, found "${ions}"`, "1");
  const columns: ColumnChoice = {
    sign: sign === "reduction-positive" ? -1 : 1,
    ...(potential !== undefined && { potential }),
    ...(rest !== undefined && { restCurrent: parseQuantity(rest, "A", "--rest-current").value }),
  };
  const electrode: Electrode = {
    ...(mass && { mass }),
    ...(area && { area }),
    ...(thickness && { thickness }),
    ...(nominal && { nominal }),
    ...(formula !== undefined && { formula }),
    ...(ions !== undefined && { ions: Number(ions) }),
    ion: flagText(flags, "ion") ?? "Li",
    capacity: choiceFlag(flags, "capacity", ["integral", "counter"]) ?? "integral",
  };
  const choice = {
    electrode: choiceFlag(flags, "electrode", ["positive", "negative"]) ?? ("positive" as const),
    signStated: sign !== undefined,
  };
  return { columns, electrode, choice, sign };
}

/** The first table of a file that is a cycling run. */
export function readCell(
  path: string,
  open: OpenOptions,
  columns: ColumnChoice,
  stop: AbortSignal,
): Promise<CellFile> {
  return withLabFile(path, open, stop, async (lab) => {
    let first: unknown;
    for (const entry of lab.tables) {
      if (isSweep(entry)) continue;
      try {
        const { run, notices } = await cyclingRun(entry.table, columns, stop);
        const start = entry.start === undefined ? Number.NaN : Date.parse(entry.start) / 1000;
        return {
          ...{ file: path, id: lab.id, open, run, notices: [...lab.notices, ...notices] },
          ...(Number.isFinite(start) && { start }),
        };
      } catch (error) {
        if (!isLithoscopeError(error, "Missing")) throw error;
        first ??= error;
      }
    }
    throw first;
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
