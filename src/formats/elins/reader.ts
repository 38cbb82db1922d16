import type { Dataset, Notice, Reader, Source } from "../../core/contracts.ts";
import { sweepItems } from "../lab-sweeps.ts";
import { type Filled, filledTable } from "../lab-table.ts";
import {
  cellNumber,
  cellsOf,
  checkTextSize,
  decodeLabText,
  labLines,
  lineError,
  readCells,
  usesDecimalComma,
} from "../lab-text.ts";

const HEADINGS = [
  { name: "f", unit: "Hz" },
  { name: "Z'", unit: "Ohm" },
  { name: "Z''", unit: "Ohm" },
];

const isRow = (line: string | undefined): boolean => {
  const cells = line === undefined ? [] : cellsOf(line, " ");
  return cells.length === 3 && cells.every((cell) => Number.isFinite(cellNumber(cell, true) ?? Number.NaN));
};

async function open(source: Source, stop?: AbortSignal): Promise<Dataset> {
  checkTextSize("elins", source.name, source.size);
  const notices: Notice[] = [];
  const text = decodeLabText(await source.read(0, source.size, stop));
  const lines = labLines(text);
  const at = lines.findIndex((line, i) => /^\s*\d+\s*$/.test(line) && isRow(lines[i + 1]));
  if (at < 0) {
    const sentence = `wanted a number of points above rows of three numbers, the file ends at line ${lines.length}`;
    throw lineError("elins", sentence, lines.length);
  }
  const sample = lines.slice(at + 1, at + 65).flatMap((line) => cellsOf(line, " "));
  const cells = readCells(
    lines,
    at + 1,
    {
      format: "elins",
      separator: " ",
      decimalComma: usesDecimalComma(sample),
      columns: HEADINGS.length,
      open: !/[\r\n]$/.test(text),
    },
    notices,
  );
  const declared = Number(lines[at]);
  if (declared !== cells.rows) {
    const message = `elins: the file declares ${declared} points and holds ${cells.rows}`;
    notices.push({ code: "rows-declared", message, where: `line ${at + 1}` });
  }
  const columns = HEADINGS.map((heading, i): Filled => ({ ...heading, values: cells.columns[i]! }));
  const comments = lines.slice(0, at).filter((line) => line.trim() !== "");
  const table = filledTable(source.name, columns, {
    ...(comments.length > 0 && { comments: comments.join("; ") }),
  });
  const items = await sweepItems(table, "elins", undefined, notices, stop);
  return { items, header: { lines: lines.slice(0, at) }, notices };
}

/** Frequency, Z' and Z'' (negative where capacitive) of an .i2b text. */
export const reader: Reader = { open };
