import type {
  Dataset,
  Item,
  Notice,
  OpenOptions,
  Quantity,
  Reader,
  Source,
  Table,
} from "../../core/contracts.ts";
import { clockNotices, startOf } from "../lab-clock.ts";
import { sweepItems } from "../lab-sweeps.ts";
import { type Filled, filledTable, splitHeading } from "../lab-table.ts";
import {
  cellNumber,
  cellsOf,
  checkTextSize,
  decodeLabText,
  labLines,
  lineError,
  readCells,
} from "../lab-text.ts";

/** A section of the file: the lines between <Name> and </Name>. */
interface Section {
  readonly name: string;
  /** Index of its first line. */
  readonly from: number;
  /** Index of the line behind its last. */
  readonly to: number;
  /** False where the file ends inside it. */
  readonly closed: boolean;
}

function sectionsOf(lines: readonly string[]): Section[] {
  const sections: Section[] = [];
  for (let at = 0; at < lines.length; at++) {
    const name = /^\s*<(\w+)>\s*$/.exec(lines[at]!)?.[1];
    if (name === undefined) continue;
    const end = lines.findIndex((line, i) => i > at && line.trim() === `</${name}>`);
    const to = end < 0 ? lines.length : end;
    sections.push({ name, from: at + 1, to, closed: end >= 0 });
    at = to;
  }
  return sections;
}

/** "Point Spacing=Logarithmic" of a section by name. */
function fieldsOf(lines: readonly string[], { from, to }: Section): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const line of lines.slice(from, to)) {
    const at = line.indexOf("=");
    if (at > 0) fields[line.slice(0, at).trim()] ??= line.slice(at + 1).trim();
  }
  return fields;
}

/** Parts of Z, potential and current have no unit in their names: VersaStudio keeps them in Ω, V and A. */
function headingOf(heading: string): { name: string; unit: string } {
  const { name, unit } = splitHeading(heading);
  const [, symbol] = /^([ZEI])2? (?:Real|Imag)$/.exec(name) ?? [];
  return { name, unit: symbol === undefined ? unit : { Z: "Ohm", E: "V", I: "A" }[symbol]! };
}

type Fields = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What was done: the actions by their names; area and mass, which are 0 where nobody entered them. */
function metaOf(fields: Fields): Record<string, Quantity | string> {
  const meta: Record<string, Quantity | string> = {};
  const actions = Object.entries(fields).filter(([name]) => /^Action[1-9]/.test(name));
  const technique = actions.flatMap(([, { Name }]) => Name || []).join(", ");
  if (technique !== "") meta.technique = technique;
  const { Type, Model } = fields.Instrument ?? {};
  if (Type) meta.device = `${Type}${Model ?? ""}`;
  const common = fields.Action0 ?? {};
  const quantities: readonly [string, string, string][] = [
    ["electrode.area", "Working Electrode Area (cm2)", "cm²"],
    ["electrode.mass", "Mass (g)", "g"],
  ];
  for (const [key, field, unit] of quantities) {
    const value = cellNumber(common[field] ?? "", true);
    if (value !== undefined && value > 0) meta[key] = { value, unit, from: "file" };
  }
  return meta;
}

/** One segment as a table; undefined where the section holds no rows and no names. */
function segmentOf(
  lines: readonly string[],
  section: Section,
  open: boolean,
  notices: Notice[],
): readonly Filled[] | undefined {
  const at = lines.findIndex((line, i) => i >= section.from && i < section.to && /^Definition=/.test(line));
  if (at < 0) return undefined;
  const names = cellsOf(lines[at]!.slice("Definition=".length), ",");
  // The list of names ends with a 0 that stands for no column.
  if (names.at(-1) === "0") names.pop();
  const cells = readCells(
    lines,
    at + 1,
    {
      format: "versastudio",
      separator: ",",
      decimalComma: false,
      columns: names.length,
      end: section.to,
      open: open && !section.closed,
    },
    notices,
  );
  if (!section.closed) {
    const message = `versastudio: the file ends inside ${section.name}, its ${cells.rows} rows are given`;
    notices.push({ code: "truncated", message, where: section.name });
  }
  return names.map((name, i) => ({ ...headingOf(name), values: cells.columns[i]! }));
}

async function open(source: Source, stop?: AbortSignal, options?: OpenOptions): Promise<Dataset> {
  checkTextSize("versastudio", source.name, source.size);
  const notices: Notice[] = [];
  const text = decodeLabText(await source.read(0, source.size, stop));
  const lines = labLines(text);
  if (!/^\s*<Application>/.test(lines[0] ?? ""))
    throw lineError("versastudio", `wanted <Application> in line 1, found "${lines[0]!.slice(0, 40)}"`, 1);
  const sections = sectionsOf(lines);
  const segments = sections.filter(({ name }) => /^Segment\d+$/.test(name));
  const fields: Fields = Object.fromEntries(
    sections
      .filter((section) => !segments.includes(section))
      .map((section) => [section.name, fieldsOf(lines, section)]),
  );
  const { DateAcquired = "", TimeAcquired = "" } = fields.Experiment ?? {};
  const start = startOf(
    `${DateAcquired} ${TimeAcquired}`,
    { format: "versastudio", order: "mdy" },
    options,
    notices,
  );
  const meta: Table["meta"] = { ...metaOf(fields), ...(start !== undefined && { start }) };
  const items: Item[] = [];
  for (const section of segments) {
    const columns = segmentOf(lines, section, !/[\r\n]$/.test(text), notices);
    if (!columns) continue;
    const title = segments.length > 1 ? `${source.name}, ${section.name}` : source.name;
    const time = columns.find(({ name }) => name === "Elapsed Time");
    if (time?.values instanceof Float64Array)
      notices.push(...clockNotices(`versastudio: ${section.name}`, time.values));
    const table = filledTable(title, columns, { ...meta, "table.name": section.name });
    const clock = time && { column: time.name, start };
    items.push(...(await sweepItems(table, "versastudio", clock, notices, stop)));
  }
  if (items.length === 0) {
    const sentence = `wanted a section Segment1 with measured rows, the file ends at line ${lines.length}`;
    throw lineError("versastudio", sentence, lines.length);
  }
  return { items, header: { fields }, notices };
}

/** One stream for each segment of a VersaStudio file, names and units as in the file. */
export const reader: Reader = { open };
