/** Opens the laboratory files of `data/lab` and compares their columns with what independent readers gave. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Dataset } from "../../src/core/contracts.ts";
import { isLithoscopeError } from "../../src/core/errors.ts";
import { openDataset } from "../../src/formats/open.ts";
import { spectrumOf } from "../../src/science/electrochemistry/impedance-columns.ts";
import { openFile } from "../../src/sources/file.node.ts";
import type { Verdict } from "./check.ts";
import {
  allColumns,
  type Found,
  partner,
  type ReferenceColumn,
  referenceTables,
  tablesOf,
} from "./lab-reference.ts";

/** Folders whose formats are read here. */
const FOLDERS = ["echem", "holder", "impedance"];

/** Columns that another reader makes itself: absolute times, raw bytes of flags, a control value told apart by mode. */
const MADE: Readonly<Record<string, RegExp>> = {
  galvani: /^flags$/,
  yadg: /^(?:uts|control_[VI])$/,
};

/** Columns whose unit another reader has wrong: EC-Lab writes "mA.h" into the text twins of the same values. */
const WRONG_UNIT: Readonly<Record<string, RegExp>> = {
  yadg: /^Q charge or discharge$/,
};

/** Why nobody can open a file. */
const REFUSED = listOf<Readonly<Record<string, string>>>("./lab-refused.json");
/** Readers whose values for a file are wrong or of another kind, and why. */
const DIFFERS = listOf<Readonly<Record<string, Readonly<Record<string, string>>>>>("./lab-exceptions.json");

function listOf<T>(name: string): T {
  return JSON.parse(readFileSync(fileURLToPath(new URL(name, import.meta.url)), "utf8"));
}

/** The folder of the laboratory files, if this machine has it. */
export function labFolder(): string | undefined {
  const near = fileURLToPath(new URL("../../../shared/data", import.meta.url));
  const folder = join(process.env.LITHOSCOPE_DATA ?? near, "lab");
  return existsSync(folder) ? folder : undefined;
}

/** Every laboratory file below the folder that has a reference, with forward slashes. */
export function labFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => FOLDERS.includes(path.split("/")[0]!))
    .filter((path) => existsSync(join(folder, "reference", `${path}.json`)))
    .sort();
}

/** Frequency and parts of Z of every table of impedance as others give them, falling and as many files store them. */
async function impedanceOf(dataset: Dataset): Promise<Found[]> {
  const found: Found[] = [];
  for (const table of tablesOf(dataset.items)) {
    const spectrum = await spectrumOf(table, { negate: "none" }, []).catch(() => undefined);
    if (!spectrum) continue;
    const { frequency, z } = spectrum;
    const part = (k: number) => Float64Array.from(frequency, (_, i) => z[2 * i + k]!);
    for (const [name, unit, values] of [
      ["freq", "Hz", frequency],
      ["Z'", "Ohm", part(0)],
      ["Z''", "Ohm", part(1)],
    ] as const)
      for (const order of [values, values.toReversed()])
        found.push({ table: table.title, name, unit, values: order });
  }
  return found;
}

function isIn(list: Readonly<Record<string, RegExp>>, reader: string, { name }: ReferenceColumn): boolean {
  return list[reader.split(" ")[0]!]?.test(name) ?? false;
}

/** The column without the unit that its reader has wrong. */
function withoutWrongUnit(file: string, reader: string, column: ReferenceColumn): ReferenceColumn {
  if (!file.endsWith(".mpr") || !isIn(WRONG_UNIT, reader, column)) return column;
  const { unit: _, ...rest } = column;
  return rest;
}

/** What differs, by reader: one sentence for each column that none of ours equals. */
async function faultsOf(folder: string, file: string, dataset: Dataset): Promise<Map<string, string[]>> {
  const ours = [...(await allColumns(dataset)), ...(await impedanceOf(dataset))];
  const faults = new Map<string, string[]>();
  for (const { reader, name, columns } of referenceTables(folder, file))
    for (const column of columns) {
      if (isIn(MADE, reader, column)) continue;
      const { why } = partner(ours, withoutWrongUnit(file, reader, column));
      if (why !== "")
        faults.set(reader, [...(faults.get(reader) ?? []), `${name} ${column.name}: ${why}`.trim()]);
    }
  return faults;
}

/** One file opened as a person opens it, and compared. */
export async function checkLabFile(folder: string, file: string): Promise<Verdict> {
  const expected = REFUSED[file];
  const source = await openFile(join(folder, file));
  const wrong = (text: string): Verdict => ({ file, verdict: "wrong", text });
  try {
    const dataset = await openDataset(source);
    if (expected !== undefined) return wrong("opened, although lab-refused.json names it");
    const faults = await faultsOf(folder, file, dataset);
    const known = DIFFERS[file] ?? {};
    const unused = Object.keys(known).find((reader) => !faults.has(reader));
    if (unused !== undefined) return wrong(`lab-exceptions.json has ${unused}, which does not differ`);
    const left = [...faults].filter(([reader]) => known[reader] === undefined);
    if (left.length > 0)
      return wrong(left.map(([reader, all]) => `${reader}: ${all.join("; ")}`).join(" | "));
    const sizes = tablesOf(dataset.items).map(({ rows, columns }) => `${rows}×${columns.length}`);
    const reasons = Object.entries(known).map(([reader, reason]) => `${reader}: ${reason}`);
    return {
      file,
      verdict: "opened",
      text: sizes.join(", ") + (reasons.length > 0 ? ` (differs from ${reasons.join("; ")})` : ""),
    };
  } catch (error) {
    if (!isLithoscopeError(error))
      return wrong(error instanceof Error ? (error.stack ?? error.message) : String(error));
    const text = `${error.tag}: ${error.message.replace(join(folder, file), file)}`;
    return { file, verdict: expected === undefined ? "wrong" : "refused", text };
  } finally {
    await source.close();
  }
}
