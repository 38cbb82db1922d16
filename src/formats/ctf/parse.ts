import type { Notice } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { parseRows, type Rows, splitLines } from "../orientation-grid.ts";

/** A phase line: a;b;c, angles, name, Laue class 1–11, space group (0 = not said), comments. */
export interface CtfPhase {
  readonly lengths: readonly number[];
  readonly angles: readonly number[];
  readonly name: string;
  readonly laueClass: number;
  readonly spaceGroup: number;
  readonly rest: readonly string[];
}

/** The header in the file's own words. */
export interface CtfHeader {
  readonly fields: Readonly<Record<string, string>>;
  /** The line "Euler angles refer to …" with its settings. */
  readonly euler: string;
  readonly phases: readonly CtfPhase[];
  /** Names of the column line. */
  readonly columns: readonly string[];
  /** Columns that the data lines hold; fewer than the names in some files. */
  readonly dataColumns: number;
}

function ctfError(sentence: string, line: number): LithoscopeError {
  return new LithoscopeError("Format", `ctf: ${sentence}`, { format: "ctf", at: line });
}

const decimal = (text: string): number => Number(text.trim().replace(",", "."));

function phaseLine(line: string, at: number): CtfPhase {
  const [lengths = "", angles = "", name = "", laue = "", group = "", ...rest] = line.split("\t");
  const triple = (text: string) => text.split(";").map(decimal);
  const [abc, deg] = [triple(lengths), triple(angles)];
  if (abc.length !== 3 || deg.length !== 3 || [...abc, ...deg].some((v) => !Number.isFinite(v)))
    throw ctfError(`wanted a phase (a;b;c, angles, name …) in line ${at}, found "${line.slice(0, 60)}"`, at);
  return {
    lengths: abc,
    angles: deg,
    name: name.trim(),
    laueClass: Number.parseInt(laue, 10) || 0,
    spaceGroup: Number.parseInt(group, 10) || 0,
    rest,
  };
}

/**
 * Header and numbers of a channel text file.
 *
 * @throws Format where the phase list or the column line is missing, or for a broken line, with its number
 */
export function parseCtf(text: string, notices: Notice[]): { header: CtfHeader; rows: Rows } {
  const lines = splitLines(text.replace(/^\ufeff/, ""));
  if (!lines[0]?.startsWith("Channel Text File"))
    throw ctfError(`wanted "Channel Text File" in line 1, found "${(lines[0] ?? "").slice(0, 40)}"`, 1);
  const fields: Record<string, string> = {};
  let euler = "";
  let at = 1;
  let phases: CtfPhase[] | undefined;
  for (; at < lines.length; at++) {
    const line = lines[at]!;
    if (/^Phase\t+X\t/i.test(line)) break;
    if (/^Euler angles refer/i.test(line)) {
      euler = line.replaceAll("\t", " ");
      continue;
    }
    const [key = "", value = ""] = line.split("\t");
    if (key !== "Phases") {
      if (key.trim() !== "") fields[key.trim()] = value.trim();
      continue;
    }
    const count = Number.parseInt(value, 10);
    if (!(count >= 0) || at + count >= lines.length)
      throw ctfError(`wanted a number of phases in line ${at + 1}, found "${value.slice(0, 20)}"`, at + 1);
    phases = lines.slice(at + 1, at + 1 + count).map((text, k) => phaseLine(text, at + 2 + k));
    at += count;
  }
  if (!phases) throw ctfError(`wanted the line "Phases", file ends at line ${lines.length}`, lines.length);
  if (at >= lines.length)
    throw ctfError(`wanted the column line "Phase X Y …", file ends at line ${lines.length}`, lines.length);
  const columns = lines[at]!.trim().split(/\s+/);
  const rows = parseRows(lines, at + 1, "ctf", notices);
  return { header: { fields, euler, phases, columns, dataColumns: rows.columns }, rows };
}
