/** Tables and streams of laboratory instruments, from columns in memory. */
import type { Column, Stream, Table } from "../core/contracts.ts";
import { LithoscopeError } from "../core/errors.ts";

/** A column with its values: numbers, or text where any cell is no number. */
export interface Filled {
  readonly name: string;
  readonly unit: string;
  readonly values: Float64Array | readonly string[];
}

/** Units that instruments write, without prefix. */
const BASE =
  "V|[Vv]olts?|A|[Aa]mps?|Ah|A\\.h|Wh|W\\.h|W|[Ww]atts?|s|[Ss]ecs?|[Ss]econds|h|[Hh]rs?|[Hh]ours?|[Mm]ins?|[Mm]inutes?|Hz|[Oo]hms?|Ω|S|F|C|H|K|°C|degC|deg|[Dd]egrees?|°|rad|%|g|m|mol|eq|L|l|Pa|bar|Torr|rpm|J|N|T|eV";
/**
 * One unit with an optional prefix and power: "mA.h", "µF-2", "Ohm-1", "cm²". A letter that an earlier program could
 * not write stands for the prefix or the degree sign.
 */
const FACTOR = new RegExp(`^[pnuµμmcdkMG\ufffd]?(?:${BASE})(?:\\^?-?[1-4]|[²³]|⁻¹)?$`);
/** Functions of a quantity, whose brackets hold its symbol: "Re(M)", "Phase(C)". */
const FUNCTION = /^(?:-?(?:Re|Im|Tan)|Phase|Loss Angle)$/i;
/** Units of an angle are no symbols: "Phase (deg)". */
const ANGLE = /^(?:deg|degrees?|°|m?rad|grad)$/i;

/** True for text that reads as a unit: factors joined by ".", "·", "/" or blanks; "V vs. Ref." too. */
export function isUnit(text: string): boolean {
  const bare = text.trim().replace(/\s+vs\.?\s.*$/i, "");
  if (FACTOR.test(bare)) return true;
  const factors = bare.split(/[./·*\s]+/).filter((factor) => factor !== "");
  return factors.length > 1 && factors.every((factor) => FACTOR.test(factor) || /^\d+$/.test(factor));
}

const WITH_UNIT = /^([-+]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][-+]?\d+)?)\s*([^\d\s.,+-].*)$/;

/** Number and unit of a cell such as "12.5 mA" or, with a comma for the decimal sign, "3,7V"; undefined for any other. */
export function measuredCell(
  cell: string,
  decimal: "point" | "point or comma",
): { value: number; unit: string } | undefined {
  if (cell.length > LONGEST_HEADING) return undefined;
  const [, number, unit] = WITH_UNIT.exec(cell) ?? [];
  if (number === undefined || unit === undefined || !isUnit(unit)) return undefined;
  if (decimal === "point" && number.includes(",")) return undefined;
  return { value: Number(number.replace(",", ".")), unit };
}

/** Headings of Maccor that are a unit and name the quantity by it. */
const UNIT_ALONE = new Map([
  ["Amps", "A"],
  ["Volts", "V"],
  ["Amp-hr", "Ah"],
  ["Watt-hr", "Wh"],
]);

/** Counters of BaSyTec, named by their unit: "Ah-Cyc-Charge". */
const UNIT_FIRST = /^([AW]h)-(?:Cyc|Set|Step)\b/;

/** Charge, energy or current per something, that names itself: "mAh/g". */
const SPECIFIC = /^[mµu]?(?:A\.?h|W\.?h|A)\/[a-z]/;

/** "C" of a temperature are degrees, no coulombs: "Aux_Temperature_1 (C)", "Aux_dT/dt_1 (C/s)". */
function ofTemperature(name: string, unit: string): string {
  return /temperature|temp\b|dT\/dt/i.test(name) ? unit.replace(/^C(?=$|\/)/, "°C") : unit;
}

const IN_BRACKETS = /^(.*?)\s*(?:\(([^()]*)\)|\[([^[\]]*)\])\s*$/;

/** What is longer than this [letters] is no name with a unit; looking for one would take long, too. */
const LONGEST_HEADING = 256;

/**
 * Name and unit of a heading: "time/s", "Current (A)", "Cap. [Ah]", "<Ewe/V>", "Freq(Hz)",
 * "Frequency, Hz". The unit is the file's own spelling; "1" where the heading has none; "Amps" is name and unit. Slashes
 * and brackets that hold no unit belong to the name: "ox/red", "Re(M)", "dV/dt", "dQ/dV", "Z'(a)".
 */
export function splitHeading(heading: string): { name: string; unit: string } {
  const text = heading.trim();
  if (text.length > LONGEST_HEADING) return { name: text, unit: "1" };
  const alone = UNIT_ALONE.get(text) ?? UNIT_FIRST.exec(text)?.[1];
  if (alone) return { name: text, unit: alone };
  const angle = /^<([^<>/]+)\/([^<>/]+)>$/.exec(text);
  if (angle) return { name: `<${angle[1]}>`, unit: angle[2]! };
  if (SPECIFIC.test(text) && isUnit(text)) return { name: text, unit: text };
  const bracket = IN_BRACKETS.exec(text);
  const inside = (bracket?.[2] ?? bracket?.[3])?.trim();
  if (bracket?.[1] && inside && isUnit(inside) && (ANGLE.test(inside) || !FUNCTION.test(bracket[1])))
    return { name: bracket[1], unit: ofTemperature(bracket[1], inside) };
  const comma = /^(.+),\s+(\S+)$/.exec(text);
  if (comma && isUnit(comma[2]!)) return { name: comma[1]!.trim(), unit: comma[2]! };
  if (text.endsWith("/V/mA")) return { name: text.slice(0, -5), unit: "V/mA" };
  for (let slash = text.indexOf("/"); slash > 0; slash = text.indexOf("/", slash + 1)) {
    // A derivative has a differential below the slash: "dQ/dV"; "dQ/C" and "dq/mA.h" are increments with their unit.
    const below = text.slice(slash + 1);
    if (isUnit(below) && !(/^d\w$/.test(text.slice(0, slash)) && /^d[A-Z]$/.test(below)))
      return { name: text.slice(0, slash).trim(), unit: text.slice(slash + 1).trim() };
  }
  return { name: text, unit: "1" };
}

/** The columns with every name once: a name that occurs twice carries its unit, then a number. */
export function uniqueNames(columns: readonly Filled[]): Filled[] {
  const units = new Map<string, Set<string>>();
  for (const { name, unit } of columns) units.set(name, (units.get(name) ?? new Set()).add(unit));
  const seen = new Map<string, number>();
  return columns.map((column, i) => {
    let name = column.name === "" ? `column ${i + 1}` : column.name;
    if (units.get(column.name)!.size > 1 && column.unit !== "1") name = `${name}/${column.unit}`;
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return { ...column, name: before === 0 ? name : `${name} ${before + 1}` };
  });
}

/** The Usage error of a column that a table does not have. */
export function noColumn(title: string, columns: readonly Column[], name: string): LithoscopeError {
  const message = `${title}: wanted one of ${columns.map((c) => c.name).join(", ")}, found "${name}"`;
  return new LithoscopeError("Usage", message, { path: "column", expected: "a column of the table" });
}

/** A table of columns that are in memory already. */
export function filledTable(title: string, filled: readonly Filled[], meta: Table["meta"] = {}): Table {
  const unique = uniqueNames(filled);
  const columns: Column[] = unique.map(({ name, unit, values }) => {
    const text = !(values instanceof Float64Array);
    return { name, unit: text ? "" : unit, type: text ? "text" : "number" };
  });
  return {
    kind: "table",
    title,
    rows: unique[0]?.values.length ?? 0,
    columns,
    meta,
    read: async (name, from, to) => {
      const column = unique.find((c) => c.name === name);
      if (!column) throw noColumn(title, columns, name);
      return column.values.slice(from, to) as Float64Array | string[];
    },
  };
}

/** A stream on the clock of one of the table's columns. */
export function streamOf(table: Table, column: string, start?: string): Stream {
  return {
    kind: "stream",
    title: table.title,
    clock: { column, ...(start !== undefined && { start }) },
    table,
  };
}

/** Some rows of a table as a table of its own, read from the first when asked. */
export function rowsOf(base: Table, rows: readonly number[], title: string, meta: Table["meta"]): Table {
  return {
    ...base,
    title,
    rows: rows.length,
    meta: { ...base.meta, ...meta },
    read: async (name, from, to, stop) => {
      const wanted = rows.slice(Math.max(0, from), to);
      const first = wanted.reduce((least, row) => Math.min(least, row), Number.POSITIVE_INFINITY);
      const last = wanted.reduce((most, row) => Math.max(most, row), -1);
      const values = await base.read(name, wanted.length === 0 ? 0 : first, last + 1, stop);
      if (values instanceof Float64Array) return Float64Array.from(wanted, (row) => values[row - first]!);
      return wanted.map((row) => values[row - first]!);
    },
  };
}
