/** Columns that a text does not name: as the caller says, else an impedance spectrum by its shape. */
import type { Notice } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { phaseAgreement } from "../../science/electrochemistry/phase-agreement.ts";
import { sweepsOf } from "../lab-sweeps.ts";
import { type Filled, splitHeading } from "../lab-table.ts";

/** Greatest over least frequency of a sweep, and of neighbours in it; a row count or a time has other steps. */
const LEAST_SPAN = 10;
const MOST_STEP = 10;
const FEWEST = 5;

/** The names that the caller gives, `f/Hz`, in place of those in the text. */
export function renamed(columns: readonly Filled[], names: readonly string[]): Filled[] {
  if (names.length !== columns.length) {
    const message = `--columns: wanted ${columns.length} names, one for each column, found ${names.length}`;
    throw new LithoscopeError("Usage", message, { path: "--columns", expected: `${columns.length} names` });
  }
  return columns.map((column, i) => ({ ...column, ...splitHeading(names[i]!) }));
}

/** True for values that rise or fall by factors, as the frequencies of a sweep do, once or several times over. */
function isSwept(values: Float64Array): boolean {
  if (values.length < FEWEST || !values.every((value) => value > 0 && Number.isFinite(value))) return false;
  const sweeps = sweepsOf(values);
  return (
    sweeps?.every((rows) => {
      const [first, last] = [values[rows[0]!]!, values[rows.at(-1)!]!];
      if (rows.length < FEWEST || Math.max(first, last) < LEAST_SPAN * Math.min(first, last)) return false;
      const factors = rows.slice(1).map((row, k) => Math.abs(Math.log(values[row]! / values[rows[k]!]!)));
      // Even factors, or at least nowhere even differences: the largest step is not many times the median one.
      const middle = [...factors].sort((a, b) => a - b)[factors.length >> 1]!;
      return middle > 0 && Math.max(...factors) < MOST_STEP * middle;
    }) ?? false
  );
}

/** Three columns of numbers of which the first is swept, as frequency, Z′ and Z″; undefined for another shape. */
export function asSpectrum(columns: readonly Filled[], notices: Notice[]): Filled[] | undefined {
  const [f, re, im] = columns.map(({ values }) => (values instanceof Float64Array ? values : undefined));
  if (columns.length !== 3 || !f || !re || !im || !isSwept(f)) return undefined;
  // The first sweep alone: between sweeps the frequency jumps.
  const rows = (sweepsOf(f) ?? [])[0] ?? [];
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
