import type { Notice } from "../../core/contracts.ts";
import { parseRows, type Rows, splitLines } from "../orientation-grid.ts";

/** A phase block as written; fields the file does not have are undefined. */
export interface AngPhase {
  readonly Phase: string | undefined;
  readonly MaterialName: string | undefined;
  readonly Formula: string | undefined;
  readonly Info: string | undefined;
  readonly Symmetry: string | undefined;
  readonly PointGroupID: string | undefined;
  readonly LatticeConstants: readonly number[];
}

/** The comment lines of an .ang file in its own words. */
export interface AngHeader {
  /** Every comment line without "#", as written. */
  readonly lines: readonly string[];
  /** "XSTEP" → "0.1" and so on; the last one where a key occurs twice. */
  readonly fields: Readonly<Record<string, string>>;
  readonly phases: readonly AngPhase[];
  readonly columns: number;
}

const PHASE_KEYS = [
  "MaterialName",
  "Formula",
  "Info",
  "Symmetry",
  "PointGroupID",
  "LatticeConstants",
] as const;

/**
 * Header and numbers of an .ang text.
 *
 * @throws Format for a line that is neither comment nor numbers, with its number
 */
export function parseAng(text: string, notices: Notice[]): { header: AngHeader; rows: Rows } {
  const all = splitLines(text);
  let start = 0;
  while (start < all.length && (all[start]!.startsWith("#") || all[start]!.trim() === "")) start++;
  const lines = all.slice(0, start).map((line) => line.replace(/^#\s?/, ""));
  const fields: Record<string, string> = {};
  const phases: Record<string, string>[] = [];
  for (const line of lines) {
    const match = /^\s*([A-Za-z][\w-]*):?(?:\s+(.*?))?\s*#?\s*$/.exec(line);
    if (!match) continue;
    const [key, value] = [match[1]!, (match[2] ?? "").trim()];
    if (key === "Phase" && /^\d+$/.test(value)) phases.push({ Phase: value });
    else if ((PHASE_KEYS as readonly string[]).includes(key)) {
      // A file without "# Phase n" lines opens a block with its name.
      const open = phases.at(-1);
      if (key === "MaterialName" && (open === undefined || open.MaterialName !== undefined)) phases.push({});
      const block = phases.at(-1);
      if (block) block[key] = value;
    } else fields[key] = value;
  }
  // The block of comments can also follow the data in files that were edited; what stands there is not read.
  const data = all.map((line, i) => (i >= start && line.startsWith("#") ? "" : line));
  const rows = parseRows(data, start, "ang", notices);
  const numbers = (value: string | undefined) =>
    (value ?? "").split(/\s+/).map(Number).filter(Number.isFinite);
  return {
    header: {
      lines,
      fields,
      columns: rows.columns,
      phases: phases.map((p) => ({
        Phase: p.Phase,
        MaterialName: p.MaterialName,
        Formula: p.Formula,
        Info: p.Info,
        Symmetry: p.Symmetry,
        PointGroupID: p.PointGroupID,
        LatticeConstants: numbers(p.LatticeConstants),
      })),
    },
    rows,
  };
}
