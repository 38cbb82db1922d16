/** Columns that a text does not name: as the caller says, else an impedance spectrum by its shape. */
import type { Notice } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
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

/**
 * Whether the third column holds −Z″: where |Z| falls with frequency the phase of a cell is negative (φ ≈ (π/2) d ln|Z|/d ln ω),
 * so that a third column above 0 there has the other sign.
 *
 * @returns the agreement of slope and phase between −1 and 1; below 0 for −Z″
 */
function slopeAgreement(f: Float64Array, re: Float64Array, im: Float64Array): number {
  let [together, size] = [0, 0];
  for (let i = 1; i < f.length; i++) {
    const run = Math.log(f[i]! / f[i - 1]!);
    const [before, here] = [Math.hypot(re[i - 1]!, im[i - 1]!), Math.hypot(re[i]!, im[i]!)];
    if (run === 0 || before === 0 || here === 0) continue;
    const product =
      (Math.log(here / before) / run) * (Math.atan2(im[i]!, re[i]!) + Math.atan2(im[i - 1]!, re[i - 1]!));
    if (!Number.isFinite(product)) continue;
    together += product;
    size += Math.abs(product);
  }
  return size === 0 ? 0 : together / size;
}

/** Three columns of numbers of which the first is swept, as frequency, Z′ and Z″; undefined for another shape. */
export function asSpectrum(columns: readonly Filled[], notices: Notice[]): Filled[] | undefined {
  const [f, re, im] = columns.map(({ values }) => (values instanceof Float64Array ? values : undefined));
  if (columns.length !== 3 || !f || !re || !im || !isSwept(f)) return undefined;
  const agreement = slopeAgreement(f, re, im);
  const minus = agreement < 0;
  const names = ["f/Hz", "Z'/Ohm", minus ? "-Z''/Ohm" : "Z''/Ohm"];
  const sign = `the third column is ${minus ? "-Z''" : "Z''"}, because |Z| and the phase then go together as in a passive cell`;
  const message = `csv: the text has no column names; by its shape, three columns of which the first is swept over decades, it is read as an impedance spectrum, frequency in Hz and parts in ohms; ${sign}`;
  notices.push({ code: "columns-guessed", message, flag: "--columns" });
  return columns.map((column, i) => ({ ...column, ...splitHeading(names[i]!) }));
}
