import type { Notice, Quantity } from "../core/contracts.ts";
import type { CsvColumn } from "../figures/csv.ts";
import type { NamedPlot } from "../figures/figure.ts";
import type { Methods } from "./methods-text.ts";
import type { PageTable } from "./report-html.ts";

/** What an analysis of a laboratory file found, ready to be shown or written. */
export interface LabFound {
  /** Heading of the report: "Impedance of cell.mpt". */
  readonly title: string;
  /** The answer in a few sentences; the report begins with them. */
  readonly answer: readonly string[];
  /** For the terminal: the short table that stdout gets. */
  readonly text: string;
  /** The verb's own keys of result.json, such as `{ eis: { fits, validity, drt } }`; every number a quantity. */
  readonly keys: Readonly<Record<string, unknown>>;
  /** Key numbers by name: `values` of result.json and the first table of the report. */
  readonly values: Readonly<Record<string, Quantity>>;
  readonly pageTables?: readonly PageTable[];
  /** tables/NAME.csv */
  readonly tables: Readonly<Record<string, readonly CsvColumn[]>>;
  /** figures/ID.svg|png|csv|txt */
  readonly figures: readonly NamedPlot[];
  readonly notices: readonly Notice[];
  readonly methods: Methods;
  /** Python lines that load the main table. */
  readonly python: string;
}

/** A column of words. */
export const words = (name: string, values: readonly string[]): CsvColumn => ({ name, unit: "", values });

/** A column of numbers. */
export const numbers = (name: string, unit: string, values: ArrayLike<number>): CsvColumn => ({
  ...{ name, unit, values },
});

/** A column of quantities and one of their σ; no quantity is an empty field. */
export function quantities(
  name: string,
  unit: string,
  all: readonly (Pick<Quantity, "value" | "sigma"> | null | undefined)[],
): CsvColumn[] {
  return [
    numbers(
      name,
      unit,
      all.map((q) => q?.value ?? Number.NaN),
    ),
    numbers(
      `sigma of ${name}`,
      unit,
      all.map((q) => q?.sigma ?? Number.NaN),
    ),
  ];
}
