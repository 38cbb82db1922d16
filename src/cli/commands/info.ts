import type { Axis, Column, Crystal, Dataset, Item, Signal, Source } from "../../core/contracts.ts";
import { countPhases, type OrientationMap } from "../../core/orientation-map.ts";
import { findScan } from "../../formats/find-scan.ts";
import { formats } from "../../formats/index.ts";
import { type Answer, type Command, type Invocation, usage } from "../command.ts";
import { contentId } from "../content-id.ts";
import { errorJson, errorText, exitCode } from "../exit.ts";
import { foundScanText } from "../find-scan-text.ts";
import { describeOwn } from "../info-result.ts";
import { axisText, missingOf, quantityShown, shown, signalLines } from "../info-signal.ts";
import { bareRow, failedRow, type InfoRow, infoRow, infoTable } from "../info-table.ts";
import { type SampledValues, sampleValues } from "../info-values.ts";
import { LAB_FLAGS, LAB_HELP, labOptions } from "../lab-input.ts";
import { withInput } from "../open-input.ts";

function axisJson({ values: _values, ...axis }: Axis) {
  return axis;
}

/** What is said beside the header: the file itself, and the values of its signals. */
interface Beside {
  readonly size?: number;
  readonly id?: string;
  readonly values: ReadonlyMap<Item, SampledValues>;
}

function signalJson(signal: Signal, values: SampledValues | undefined) {
  const axes = signal.axes.map(axisJson);
  const shape = signal.axes.map((axis) => axis.size);
  return {
    kind: "signal",
    title: signal.title,
    format: signal.ref.format,
    shape,
    dtype: signal.dtype,
    axes,
    meta: signal.meta,
    missing: missingOf(signal),
    ...(values && { values }),
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

function itemText(item: Item, values?: SampledValues): string[] {
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
      return signalLines(item, values);
  }
}

function itemJson(item: Item, values?: SampledValues): unknown {
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
      return signalJson(item, values);
  }
}

function sizeText(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(4, Math.floor(Math.log2(bytes) / 10));
  const number = bytes / 1024 ** power;
  return `${power === 0 ? number : number.toPrecision(3)} ${["bytes", "KiB", "MiB", "GiB", "TiB"][power]}`;
}

/** Characters of a content id that are shown; all of it is in the JSON. */
const ID_LENGTH = 13;

function heading(path: string, { items }: Dataset, { size, id }: Beside): string {
  const [first] = items;
  const format = first?.kind === "signal" || first?.kind === "points" ? first.ref.format : undefined;
  const title = formats.find((known) => known.id === format)?.title;
  const bytes = size === undefined ? "" : sizeText(size);
  const short = id === undefined ? "" : `id ${id.slice(0, ID_LENGTH)}…`;
  return [path, title ?? "", bytes, short].filter((part) => part !== "").join("   ");
}

/** The command that a person most likely wants next; undefined where there is no likeliest one. */
function nextCommand(path: string, { items, notices }: Dataset): string | undefined {
  const word = /[\s'"()&;$*?]/.test(path) ? `'${path.replaceAll("'", "'\\''")}'` : path;
  if (notices.some(({ code }) => code === "scan-unknown")) return `lithoscope info ${word} --find-scan`;
  const patterns = items.some(
    (item) => item.kind === "signal" && item.axes.length === 4 && item.axes[3]!.name === "kx",
  );
  // Patterns beside a map of orientations are those of an EBSD camera, and indexed.
  const indexed = items.some(({ kind }) => kind === "orientation-map");
  return patterns && !indexed
    ? `lithoscope orientation ${word} --crystal NAME=FILE.cif --out out`
    : undefined;
}

function describe(path: string, dataset: Dataset, isResult: boolean, beside: Beside) {
  const { items, notices } = dataset;
  const next = nextCommand(path, dataset);
  const texts = items.flatMap((item) => {
    const titled = item.kind === "signal" && items.length > 1 ? [`  ${item.title}`] : [];
    return [...titled, ...itemText(item, beside.values.get(item))];
  });
  return {
    text: [
      heading(path, dataset, beside),
      ...(isResult ? ["  result folder"] : []),
      ...texts,
      ...notices.map(({ message, flag }) => `  notice: ${message}${flag ? ` (${flag})` : ""}`),
      ...(next === undefined ? [] : [`  next      ${next}`]),
    ].join("\n"),
    json: {
      file: path,
      ...(beside.size !== undefined && { size: beside.size }),
      ...(beside.id !== undefined && { id: beside.id }),
      ...(isResult && { resultFolder: true }),
      items: items.map((item) => itemJson(item, beside.values.get(item))),
      notices,
    },
  };
}

/** Signals whose values are looked at. */
const MOST_SAMPLED = 4;

/** Size, content id and some values, of a file that is asked about alone; a row of a table needs none of them. */
async function besideOf(dataset: Dataset, source: Source | undefined, stop: AbortSignal): Promise<Beside> {
  const values = new Map<Item, SampledValues>();
  const signals = dataset.items.filter((item): item is Signal => item.kind === "signal");
  for (const signal of signals.slice(0, MOST_SAMPLED)) {
    const found = await sampleValues(signal, stop);
    if (found) values.set(signal, found);
  }
  if (!source) return { values };
  const id = await contentId(source, stop);
  // A folder is opened by a file of it, whose size is not that of the data.
  return signals[0]?.ref.format === "zarr" ? { id, values } : { size: source.size, id, values };
}

/** What was asked about one file: its description, and the row of the table over several. */
async function look(path: string, { flags, inputs, stop, progress }: Invocation) {
  const own = await describeOwn(path);
  if (own && !own.hasMaps) {
    const text = [`${path}   ${own.title}`, ...own.lines].join("\n");
    return { text, json: { file: path, ...own.json }, row: { ...bareRow(path), ...own.row } };
  }
  return withInput(path, labOptions(flags), stop, async (dataset, isResult, source) => {
    const alone = inputs.length === 1;
    const beside = alone ? await besideOf(dataset, source, stop) : { values: new Map() };
    const { text: map, json: ofMap } = describe(path, dataset, isResult, beside);
    const text = [map, ...(own?.lines ?? [])].join("\n");
    const json = { ...ofMap, ...own?.json };
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
    "Says what each file or result folder is, from its header and a few frames. Several files: one table.",
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
