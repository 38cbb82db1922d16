import type { Axis, Column, Crystal, Dataset, Item, Quantity, Signal } from "../../core/contracts.ts";
import { countPhases, type OrientationMap } from "../../core/orientation-map.ts";
import { numberText, quantityText } from "../../figures/number-text.ts";
import { type Answer, type Command, type Invocation, usage } from "../command.ts";
import { errorJson, errorText, exitCode } from "../exit.ts";
import { findScan, foundScanText } from "../find-scan.ts";
import { failedRow, type InfoRow, infoRow, infoTable } from "../info-table.ts";
import { LAB_FLAGS, LAB_HELP, labOptions } from "../lab-input.ts";
import { withInput } from "../open-input.ts";

/** Whole numbers in full, others to six significant digits. */
function shown(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e9 ? `${value}` : numberText(value, 6);
}

/** Value, uncertainty where there is one, and unit. */
function quantityShown(quantity: Quantity): string {
  if (quantity.sigma !== undefined && quantity.sigma > 0) return quantityText(quantity);
  return `${shown(quantity.value)}${quantity.unit === "1" ? "" : ` ${quantity.unit}`}`;
}

function axisText(axis: Axis): string {
  const step = axis.from === "none" || axis.unit === "px" ? "" : ` of ${shown(axis.scale)} ${axis.unit}`;
  return `${axis.name} ${axis.size}${step}`;
}

function axisJson({ values: _values, ...axis }: Axis) {
  return axis;
}

function signalJson(signal: Signal) {
  const axes = signal.axes.map(axisJson);
  const patterns = signal.axes.length === 4;
  const missing = patterns && signal.meta["beam.energy"] === undefined ? ["beam.energy"] : [];
  const shape = signal.axes.map((axis) => axis.size);
  return {
    kind: "signal",
    title: signal.title,
    format: signal.ref.format,
    shape,
    dtype: signal.dtype,
    axes,
    meta: signal.meta,
    missing,
  };
}

function crystalJson({ name, cell, spaceGroup, atoms }: Crystal) {
  return { kind: "crystal", name, cell, spaceGroup, atoms: atoms.length };
}

function metaText(meta: Signal["meta"]): string[] {
  return Object.entries(meta).map(
    ([key, value]) => `  ${key}: ${typeof value === "string" ? value : quantityShown(value)}`,
  );
}

function columnsText({ columns }: { readonly columns: readonly Column[] }): string {
  return columns.map(({ name, unit }) => (unit === "" ? name : `${name} (${unit})`)).join(", ");
}

function signalText(item: Signal): string[] {
  const shape = item.axes.map((axis) => axis.size).join(" × ");
  const lines = [
    `  ${item.ref.format}, ${item.dtype}, ${shape}`,
    `  axes: ${item.axes.map(axisText).join(", ")}`,
    ...metaText(item.meta),
  ];
  if (item.meta["beam.energy"] === undefined && item.axes.length === 4)
    lines.push("  missing: beam.energy (--voltage states it)");
  return lines;
}

function mapText(map: OrientationMap): string[] {
  const { phases, none } = countPhases(map);
  const [x, y] = map.step;
  return [
    `  orientation map ${map.title}: ${map.height} × ${map.width}, step ${shown(x)} × ${shown(y)} ${map.unit}`,
    ...map.phases.map((phase, i) => `  phase ${phase.name}: ${phase.laueGroup}, ${phases[i]} points`),
    `  not indexed: ${none} points`,
    ...(map.frame === "" ? [] : [`  frame: ${map.frame}`]),
  ];
}

function mapItemJson(map: OrientationMap) {
  const { kind, title, width, height, step, unit, frame } = map;
  const counts = countPhases(map);
  const phases = map.phases.map(({ name, laueGroup, cell }, i) => {
    return { name, laueGroup, cell, points: counts.phases[i] };
  });
  const columns = Object.keys(map.extra);
  return { kind, title, shape: [height, width], step, unit, phases, notIndexed: counts.none, columns, frame };
}

function itemText(item: Item): string[] {
  switch (item.kind) {
    case "crystal":
      return [`  crystal ${item.name}: ${item.spaceGroup}, cell ${item.cell.map(shown).join(" ")} (Å, deg)`];
    case "table":
      return [`  table ${item.title}: ${item.rows} rows of ${columnsText(item)}`, ...metaText(item.meta)];
    case "points":
      return [
        `  points ${item.title}: ${item.navigation.map((axis) => axis.size).join(" × ")} of ${columnsText(item)}`,
        `  axes: ${item.navigation.map(axisText).join(", ")}`,
        ...metaText(item.meta),
      ];
    case "stream":
      return [
        `  stream ${item.title}, clock from ${item.clock.start ?? "its own start"}`,
        ...itemText(item.table),
      ];
    case "orientation-map":
      return mapText(item);
    case "signal":
      return signalText(item);
  }
}

function itemJson(item: Item): unknown {
  switch (item.kind) {
    case "crystal":
      return crystalJson(item);
    case "table":
      return { kind: item.kind, title: item.title, rows: item.rows, columns: item.columns, meta: item.meta };
    case "points": {
      const { kind, title, navigation, columns, meta } = item;
      return { kind, title, axes: navigation.map(axisJson), columns, meta };
    }
    case "stream":
      return { kind: item.kind, title: item.title, clock: item.clock, table: itemJson(item.table) };
    case "orientation-map":
      return mapItemJson(item);
    case "signal":
      return signalJson(item);
  }
}

function describe(path: string, dataset: Dataset, isResult: boolean) {
  const notices = dataset.notices.map((notice) => `  notice: ${notice.message}`);
  return {
    text: [
      path,
      ...(isResult ? ["  result folder"] : []),
      ...dataset.items.flatMap(itemText),
      ...notices,
    ].join("\n"),
    json: {
      file: path,
      ...(isResult && { resultFolder: true }),
      items: dataset.items.map(itemJson),
      notices: dataset.notices,
    },
  };
}

/** What was asked about one file: its description, and the row of the table over several. */
async function look(path: string, { flags, stop, progress }: Invocation) {
  return withInput(path, labOptions(flags), stop, async (dataset, isResult) => {
    const { text, json } = describe(path, dataset, isResult);
    const row = infoRow(path, dataset);
    if (flags["find-scan"] !== true) return { text, json, row };
    const found = await findScan(dataset, stop, progress);
    return {
      text: [text, ...foundScanText(found)].join("\n"),
      json: { ...json, foundScan: found ?? null },
      row,
    };
  });
}

/** Every file is tried; one that fails alone is thrown, among several it is named. */
async function run(call: Invocation): Promise<Answer> {
  const { inputs, flags, stop, say } = call;
  if (inputs.length === 0) throw usage("info", "wanted at least one FILE", "FILE…");
  const texts: string[] = [];
  const rows: InfoRow[] = [];
  const files: unknown[] = [];
  let exit = 0;
  for (const path of inputs) {
    try {
      const { text, json, row } = await look(path, call);
      texts.push(text);
      rows.push(row);
      files.push(json);
    } catch (error) {
      if (inputs.length === 1 || stop.aborted) throw error;
      exit ||= exitCode(error);
      say(errorText(error));
      rows.push(failedRow(path, error instanceof Error ? error.message : String(error)));
      files.push({ file: path, ...errorJson(error) });
    }
  }
  const single = inputs.length === 1 || flags["find-scan"] === true;
  return { text: single ? texts.join("\n") : infoTable(rows), json: { files }, exit };
}

export const info: Command = {
  help: [
    "lithoscope info FILE… [--find-scan] [--dataset PATH] [--shape N,N… --dtype TYPE [--offset BYTES] [--big-endian]]",
    "                [--json]",
    "",
    "Says what each file or result folder is; reads headers only, and the map of a result. Several files: one table.",
    "  --find-scan      how the frames of a file make a scan, from the sums of all frames",
    "  --dataset PATH   one dataset of an HDF5 file",
    "  --shape          how the frames of a file make a scan: sizes, slowest first (one may be -1)",
    "  --dtype          raw binary of that shape: u8 i8 u16 … f32 f64 c64 c128 rgb8",
    "  --offset BYTES   where its data start; --big-endian for its byte order",
    ...LAB_HELP,
    "",
    "Example: lithoscope info scan.blo",
  ].join("\n"),
  flags: { ...LAB_FLAGS, "find-scan": { type: "boolean" } },
  run,
};
