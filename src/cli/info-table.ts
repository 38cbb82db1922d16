import type { Axis, Dataset, Item, Signal } from "../core/contracts.ts";
import { numberText } from "../figures/number-text.ts";

/** A file as one row: what is said of its first item, and how many more there are. */
export interface InfoRow {
  readonly file: string;
  readonly format: string;
  readonly kind: string;
  readonly shape: string;
  readonly type: string;
  readonly step: string;
  readonly energy: string;
  readonly note: string;
}

const HEADINGS: InfoRow = {
  file: "file",
  format: "format",
  kind: "kind",
  shape: "shape",
  type: "type",
  step: "step",
  energy: "beam",
  note: "note",
};
const NONE = { format: "", kind: "", shape: "", type: "", step: "", energy: "", note: "" };
/** A note longer than this is cut; the file alone says all of it. */
const NOTE_LENGTH = 80;
/** Longer steps and names of phases are cut too, so that columns stay narrow. */
const CELL_LENGTH = 32;

/** "2.5 nm, 0.025 1/Å": the steps of axes that are calibrated, equal neighbours once. */
function stepText(axes: readonly Axis[]): string {
  const steps = axes
    .filter(({ from, unit }) => from !== "none" && unit !== "px")
    .map(({ scale, unit, values }) => (values ? `listed ${unit}` : `${numberText(scale, 4)} ${unit}`));
  return [...new Set(steps)].join(", ");
}

function kindOf(signal: Signal): string {
  const nav = signal.axes.filter(({ role }) => role === "nav").length;
  const inner = signal.axes.length - nav;
  const patterns = signal.axes.some(({ name }) => name === "kx");
  if (inner === 1) return nav > 0 ? "spectra" : "spectrum";
  if (nav > 2 || inner > 2) return `${signal.axes.length}D data`;
  if (nav === 2) return patterns ? "4D scan" : "scan";
  if (nav === 1) return "frames";
  return patterns ? "pattern" : "image";
}

function itemCells(item: Item): Partial<InfoRow> {
  switch (item.kind) {
    case "signal": {
      const energy = item.meta["beam.energy"];
      const known = energy !== undefined && typeof energy !== "string";
      return {
        format: item.ref.format,
        kind: kindOf(item),
        shape: item.axes.map(({ size }) => size).join("×"),
        type: item.dtype,
        step: stepText(item.axes),
        energy: known ? `${numberText(energy.value, 4)} ${energy.unit}` : "",
      };
    }
    case "crystal":
      return { kind: "crystal", shape: `${item.atoms.length} atoms`, type: item.spaceGroup };
    case "table":
      return { kind: "table", shape: `${item.rows}×${item.columns.length}` };
    case "stream":
      return { kind: "stream", shape: `${item.table.rows}×${item.table.columns.length}` };
    case "points":
      return { format: item.ref.format, kind: "points", shape: item.navigation.map((a) => a.size).join("×") };
    case "orientation-map":
      return {
        kind: "orientations",
        shape: `${item.height}×${item.width}`,
        type: item.phases.map(({ name }) => name).join(" "),
        step: item.unit === "px" ? "" : `${numberText(item.step[0], 4)} ${item.unit}`,
      };
  }
}

/** A row that says nothing of its file yet. */
export function bareRow(file: string): InfoRow {
  return { ...NONE, file };
}

/** The row of a file that opens. */
export function infoRow(file: string, { items, notices }: Dataset): InfoRow {
  const more = items.length > 1 ? [`+${items.length - 1} more`] : [];
  const said = notices.length > 0 ? [`${notices.length} notice${notices.length > 1 ? "s" : ""}`] : [];
  return { ...NONE, ...(items[0] && itemCells(items[0])), file, note: [...more, ...said].join(", ") };
}

/** The row of a file that does not. */
export function failedRow(file: string, message: string): InfoRow {
  const bare = message.replace(`${file}: `, "");
  const note = bare.length > NOTE_LENGTH ? `${bare.slice(0, NOTE_LENGTH - 1)}…` : bare;
  return { ...NONE, file, kind: "—", note };
}

/** The folder that all files lie in, with its slash; "" where there is none. */
function commonFolder(files: readonly string[]): string {
  let folder = files[0]?.replace(/[^/]*$/, "") ?? "";
  while (folder !== "" && !files.every((file) => file.startsWith(folder)))
    folder = folder.replace(/[^/]*\/$/, "");
  return folder;
}

function cut(text: string): string {
  return [...text].length > CELL_LENGTH ? `${[...text].slice(0, CELL_LENGTH - 1).join("")}…` : text;
}

/** Rows under one another in columns as wide as they must be; columns in which nothing stands are left out. */
export function infoTable(rows: readonly InfoRow[]): string {
  const folder = commonFolder(rows.map(({ file }) => file));
  const short = rows.map((row) => ({
    ...row,
    file: row.file.slice(folder.length),
    type: cut(row.type),
    step: cut(row.step),
  }));
  const keys = (Object.keys(HEADINGS) as (keyof InfoRow)[]).filter((key) =>
    rows.some((row) => row[key] !== ""),
  );
  const all = [HEADINGS, ...short];
  const width = new Map(keys.map((key) => [key, Math.max(...all.map((row) => [...row[key]].length))]));
  const pad = (text: string, size: number) => text + " ".repeat(Math.max(0, size - [...text].length));
  const lines = all
    .map((row) =>
      keys
        .map((key) => pad(row[key], width.get(key)!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
  return folder === "" ? lines : `in ${folder}\n${lines}`;
}
