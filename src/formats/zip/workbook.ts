import type { Axis, Dataset, Item, Notice, Signal, Table } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { frameTile } from "../frames.ts";
import { bytesSource } from "../inflate.ts";
import { sweepItems } from "../lab-sweeps.ts";
import { filledTable, splitHeading } from "../lab-table.ts";
import { child, descendants, parseXml, plainText, type XmlElement } from "../xml.ts";
import type { Members } from "./members.ts";

/** Cells of one sheet that are kept [numbers]. */
const MAX_CELLS = 2 ** 24;
/** Columns that a sheet can have. */
const MAX_COLUMNS = 16384;

async function xmlOf(members: Members, name: string, stop?: AbortSignal): Promise<XmlElement | undefined> {
  if (!members.names.includes(name)) return undefined;
  const source = await members.open(name, stop);
  return parseXml(new TextDecoder().decode(await source.read(0, source.size, stop)), "xlsx");
}

/** Sheets as the workbook names them, in its order. */
async function sheetsOf(members: Members, stop?: AbortSignal) {
  const workbook = await xmlOf(members, "xl/workbook.xml", stop);
  const links = await xmlOf(members, "xl/_rels/workbook.xml.rels", stop);
  const targets = new Map(
    [...(links ? descendants(links, "Relationship") : [])].map(({ attributes }) => [
      attributes.Id,
      (attributes.Target ?? "").replace(/^\/?(xl\/)?/, "xl/"),
    ]),
  );
  return [...(workbook ? descendants(workbook, "sheet") : [])].flatMap(({ attributes }) => {
    const path = targets.get(attributes["r:id"]);
    return path && members.names.includes(path) ? [{ name: plainText(attributes.name ?? path), path }] : [];
  });
}

/** Column of a cell's name from 0: A1 is 0, AA7 is 26. */
function columnOf(name: string): number {
  let column = 0;
  for (const letter of /^[A-Z]{1,3}/.exec(name)?.[0] ?? "") column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

interface Grid {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
  readonly texts: number;
  /** What the first row says, where it is text in every column and all text of the sheet is there. */
  readonly heading?: readonly string[];
}

/** The words that cells of type "s" count into. */
async function sharedWords(members: Members, stop?: AbortSignal): Promise<string[]> {
  const root = await xmlOf(members, "xl/sharedStrings.xml", stop);
  return (root?.children ?? []).map(wordsIn);
}

function wordsIn(element: XmlElement): string {
  return plainText([...descendants(element, "t")].map(({ text }) => text).join(""));
}

/** The text of a cell; undefined where it holds a number or an error. */
function wordOf(cell: XmlElement, kind: string, text: string | undefined, shared: readonly string[]) {
  if (kind === "s") return shared[Number(text)];
  if (kind === "inlineStr") return wordsIn(cell);
  return kind === "str" && text !== undefined ? plainText(text) : undefined;
}

/** The numbers of a sheet from its first row and column on; NaN in empty cells and where there is text. */
function gridOf(sheet: XmlElement, shared: readonly string[]): Grid {
  const cells: [row: number, column: number, value: number][] = [];
  const heading: string[] = [];
  let [rows, columns, texts, row] = [0, 0, 0, -1];
  for (const element of child(sheet, "sheetData")?.children ?? []) {
    const stated = Number(element.attributes.r) - 1;
    row = stated >= 0 ? stated : row + 1;
    let column = -1;
    for (const cell of element.children) {
      const named = columnOf(cell.attributes.r ?? "");
      column = named >= 0 ? named : column + 1;
      const text = child(cell, "v")?.text;
      if (text === undefined && cell.attributes.t !== "inlineStr") continue;
      const kind = cell.attributes.t ?? "n";
      const value = kind === "n" || kind === "b" ? Number(text) : Number.NaN;
      if (Number.isNaN(value)) texts++;
      const word = row === 0 ? wordOf(cell, kind, text, shared) : undefined;
      if (word !== undefined && word.trim() !== "" && column >= 0 && column < MAX_COLUMNS)
        heading[column] = word.trim();
      cells.push([row, column, value]);
      rows = Math.max(rows, row + 1);
      columns = Math.max(columns, column + 1);
    }
  }
  if (rows * columns > MAX_CELLS) {
    const message = `xlsx: a sheet of ${rows} × ${columns} cells is more than ${MAX_CELLS}`;
    throw new LithoscopeError("Refused", message, { why: "sheet size", need: `at most ${MAX_CELLS} cells` });
  }
  const values = new Float64Array(rows * columns).fill(Number.NaN);
  for (const [r, c, value] of cells) values[r * columns + c] = value;
  // Object.keys: holes of the sparse list do not count.
  const named = rows >= 3 && Object.keys(heading).length === columns && texts === columns;
  return { rows, columns, values, texts, ...(named && { heading }) };
}

/** A sheet whose first row names its columns, as a table. */
function sheetTable(name: string, { rows, columns, values }: Grid, heading: readonly string[]): Table {
  const filled = heading.map((text, c) => ({
    ...splitHeading(text),
    values: Float64Array.from({ length: rows - 1 }, (_, r) => values[(r + 1) * columns + c]!),
  }));
  return filledTable(name, filled);
}

/** A sheet of numbers as a map: a workbook says nothing of steps and units. */
function sheetSignal(name: string, { rows, columns, values }: Grid): Signal {
  const axis = (label: string, size: number): Axis => ({
    ...{ name: label, role: "signal", size, unit: "px", scale: 1, offset: 0, from: "none" },
  });
  const shape = [rows, columns];
  const source = bytesSource(new Uint8Array(values.buffer), name);
  return {
    kind: "signal",
    title: name,
    axes: [axis("y", rows), axis("x", columns)],
    dtype: "f64",
    value: { name: "value", unit: "1" },
    meta: {},
    block: shape,
    ref: { source: source.ref, format: "zip", item: 0 },
    tile: frameTile(source, { format: "xlsx", shape, dtype: "f64", bigEndian: false, at: () => 0 }),
  };
}

/** Excel: every sheet with numbers, as a table where its first row names the columns, else as a matrix of its cells. */
export async function workbookItems(members: Members, stop?: AbortSignal): Promise<Dataset> {
  const items: Item[] = [];
  const notices: Notice[] = [];
  const sheets = await sheetsOf(members, stop);
  const shared = await sharedWords(members, stop);
  for (const { name, path } of sheets) {
    const sheet = await xmlOf(members, path, stop);
    const grid = sheet && gridOf(sheet, shared);
    if (!grid || grid.values.length === grid.texts || grid.values.length === 0) continue;
    if (grid.heading) {
      const table = sheetTable(name, grid, grid.heading);
      items.push(...(await sweepItems(table, "xlsx", undefined, notices, stop)));
      continue;
    }
    items.push(sheetSignal(name, grid));
    if (grid.texts > 0) {
      const message = `xlsx: ${grid.texts} cells of "${name}" hold text, NaN here`;
      notices.push({ code: "cells-not-numbers", message, where: name });
    }
  }
  const message = "xlsx: a workbook has no units, every axis is in px";
  if (items.some(({ kind }) => kind === "signal")) notices.push({ code: "uncalibrated", message });
  return { items, header: { sheets }, notices };
}
