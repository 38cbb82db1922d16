/** Columns that a text does not name: as the caller says, else an impedance spectrum by its shape. */
import type { Notice } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { phaseAgreement } from "../../science/electrochemistry/phase-agreement.ts";
import { sweepsOf } from "../lab-sweeps.ts";
import { type Filled, splitHeading } from "../lab-table.ts";

/** Greatest over least frequency of a sweep. */
const LEAST_SPAN = 10;
const FEWEST = 5;

/** The names that the caller gives, `f/Hz`, in place of those in the text. */
export function renamed(columns: readonly Filled[], names: readonly string[]): Filled[] {
  if (names.length !== columns.length) {
    const message = `--columns: wanted ${columns.length} names, one for each column, found ${names.length}`;
    throw new LithoscopeError("Usage", message, { path: "--columns", expected: `${columns.length} names` });
  }
  return columns.map((column, i) => ({ ...column, ...splitHeading(names[i]!) }));
}

/** Standard deviation over mean of the steps between neighbours. */
function unevenness(values: readonly number[]): number {
  const steps = values.slice(1).map((value, k) => Math.abs(value - values[k]!));
  const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
  return Math.sqrt(steps.reduce((sum, step) => sum + (step - mean) ** 2, 0) / steps.length) / mean;
}

/** Rows of each sweep; of shuffled frequencies, all rows sorted. */
function sweptRows(values: Float64Array): number[][] {
  const sorted = () => Array.from(values, (_, i) => i).sort((i, j) => values[j]! - values[i]!);
  return sweepsOf(values) ?? [sorted()];
}

/** True for values that rise or fall by even factors, as the frequencies of a sweep do, once or several times over. */
function isSwept(values: Float64Array): boolean {
  if (values.length < FEWEST || !values.every((value) => value > 0 && Number.isFinite(value))) return false;
  return sweptRows(values).every((rows) => {
    const swept = rows.map((row) => values[row]!);
    const [first, last] = [swept[0]!, swept.at(-1)!];
    if (rows.length < FEWEST || Math.max(first, last) < LEAST_SPAN * Math.min(first, last)) return false;
    // Angles, times and row numbers have even differences instead.
    return unevenness(swept.map(Math.log)) < unevenness(swept);
  });
}

/** Three columns of numbers of which the first is swept, as frequency, Z′ and Z″; undefined for another shape. */
export function asSpectrum(columns: readonly Filled[], notices: Notice[]): Filled[] | undefined {
  const [f, re, im] = columns.map(({ values }) => (values instanceof Float64Array ? values : undefined));
  if (columns.length !== 3 || !f || !re || !im || !isSwept(f)) return undefined;
  // The first sweep alone: between sweeps the frequency jumps.
  const rows = sweptRows(f)[0]!;
  const agreement = phaseAgreement(
    Float64Array.from(rows, (row) => f[row]!),
    Float64Array.from(rows.flatMap((row) => [re[row]!, im[row]!])),
  );
  const minus = (agreement ?? 1) < 0;
  const names = ["f/Hz", "Z'/Ohm", minus ? "-Z''/Ohm" : "Z''/Ohm"];
  const why =
    agreement === undefined
      ? "as is usual; |Z| hardly changes and does not say"
      : "because |Z| and the phase then go together as in a passive cell";
  const sign = `the third column is ${minus ? "-Z''" : "Z''"}, ${why}`;
  const message = `csv: the text has no column names; by its shape, three columns of which the first is swept over decades, it is read as an impedance spectrum, frequency in Hz and parts in ohms; ${sign}`;
  notices.push({ code: "columns-guessed", message, flag: "--columns" });
  return columns.map((column, i) => ({ ...column, ...splitHeading(names[i]!) }));
}
