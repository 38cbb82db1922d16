import { labLines, lineError } from "../lab-text.ts";

/** A line of the header: keyword, the unit behind its hyphen, the value as written. */
export interface MsaField {
  readonly key: string;
  readonly unit: string;
  readonly value: string;
}

/** A spectrum as its file writes it. */
export interface MsaFile {
  /** None in a file that holds columns of numbers only. */
  readonly fields: readonly MsaField[];
  /** Keywords of the writer's own, after ##. */
  readonly own: readonly MsaField[];
  /** Every number of the data, in order. */
  readonly numbers: Float64Array;
  /** Numbers in the first line of data. */
  readonly perLine: number;
  /** Most decimals in the first column, which is how finely it is written. */
  readonly decimals: number;
  /** True where the end is marked, or where the last line is whole in a file without a header. */
  readonly ended: boolean;
}

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][-+]?\d+)?$/;

/** The number of a text such as "20.", "3.1" or "2.0 E-06"; NaN for anything else. */
export function msaNumber(text: string): number {
  const bare = text.replace(/\s+(?=[eEdD][-+]?\d)/, "").trim();
  return NUMBER.test(bare) ? Number(bare.replace(/[dD]/, "e")) : Number.NaN;
}

/** Decimals that a number is written with: 2 for "520.13" and for "5.2013e+02". */
function decimalsOf(cell: string): number {
  const match = /\.(\d*)(?:[eEdD]([-+]?\d+))?$/.exec(cell);
  return Math.max(0, (match?.[1]?.length ?? 0) - Number(match?.[2] ?? 0));
}

/** "#BEAMKV   -kV: 120.0" taken apart; the unit is what follows a hyphen before the colon. */
function fieldOf(line: string): MsaField | undefined {
  const colon = line.indexOf(":");
  if (colon < 0) return undefined;
  const label = line.slice(0, colon).replace(/^#+/, "").trim();
  const split = line.startsWith("##") ? null : /^(.*?)\s*-\s*([A-Za-zµ]+)$/.exec(label);
  const value = line.slice(colon + 1).trim();
  return split
    ? { key: split[1]!.toUpperCase(), unit: split[2]!, value }
    : { key: line.startsWith("##") ? label : label.toUpperCase(), unit: "", value };
}

/** The cells of a line of data: commas or white space between them, decimal commas beside tabs and semicolons. */
function cellsOf(line: string): string[] {
  const comma = /[;\t]/.test(line) && /\d,\d/.test(line);
  const cells = comma ? line.replaceAll(",", ".").split(/[;\s]+/) : line.split(/[,;\s]+/);
  return cells.filter((cell) => cell !== "");
}

/**
 * Header and numbers of a spectrum; a last line that is cut inside is left out.
 *
 * @throws Format, with the line, for text among the numbers or where no number is
 */
export function parseMsa(text: string): MsaFile {
  const lines = labLines(text);
  const fields: MsaField[] = [];
  const own: MsaField[] = [];
  const numbers: number[] = [];
  const headed = /^\s*#/.test(lines.find((line) => line.trim() !== "") ?? "");
  let [inData, marked, perLine, decimals] = [!headed, false, 0, 0];
  for (const [i, given] of lines.entries()) {
    const line = given.trim();
    if (line === "" || line === "\u001a") continue;
    if (line.startsWith("#")) {
      const field = fieldOf(line);
      if (field?.key === "SPECTRUM") inData = true;
      else if (/^#\s*ENDOFDATA/i.test(line)) {
        marked = true;
        break;
      } else if (field && !inData) (line.startsWith("##") ? own : fields).push(field);
      continue;
    }
    if (!inData)
      throw lineError("msa", `wanted a keyword in line ${i + 1}, found "${line.slice(0, 40)}"`, i + 1);
    const cells = cellsOf(line);
    const values = cells.map(msaNumber);
    // The last line of a file that ends without a mark may stop inside a number.
    const last = i === lines.length - 1;
    if (last && headed) break;
    if (values.some(Number.isNaN)) {
      if (last) break;
      throw lineError("msa", `wanted numbers in line ${i + 1}, found "${line.slice(0, 40)}"`, i + 1);
    }
    perLine ||= values.length;
    decimals = Math.max(decimals, decimalsOf(cells[0]!));
    for (const value of values) numbers.push(value);
  }
  if (numbers.length === 0)
    throw lineError("msa", "wanted numbers after the header, found none", lines.length);
  return { fields, own, numbers: Float64Array.from(numbers), perLine, decimals, ended: marked || !headed };
}

/** The last value of a keyword, as later lines correct earlier ones. */
export function fieldValue({ fields }: MsaFile, key: string): string | undefined {
  return fields.findLast((field) => field.key === key)?.value;
}
