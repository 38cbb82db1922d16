import type { Axis, Column, Notice, Signal, Table } from "../../../../core/contracts.ts";
import { LithoscopeError } from "../../../../core/errors.ts";
import type { SampleFrame } from "../../../../science/crystal/vendor-frames.ts";
import { calibratedAxis, frameBlock, type Meta, pixelAxis, putQuantity } from "../../../axes.ts";
import { buildMap, type FilePhase, frameText } from "../../../orientation-build.ts";
import { findGrid, type Grid, looksHexagonal, type Rows } from "../../../orientation-grid.ts";
import { reshaped } from "../../../scan-shape.ts";
import { baseName } from "../../axes.ts";
import { type Dialect, datasetSignal, type FoundItem, type Hdf5File } from "../../dialect.ts";
import { groupsOf, type H5Dataset, numberOf, textOf } from "../../parse.ts";
import { dtypeOf, readRegion } from "../../values.ts";
import { type EbsdScan, phasesIn, scanIn, type Values, valuesIn } from "./parse.ts";
import { phaseOf, statedValue } from "./phases.ts";

/** Points of the largest scan that is read as a map. */
const MAX_POINTS = 2 ** 24;
const DEGREES: Readonly<Record<EbsdScan["vendor"], number>> = {
  bruker: 1,
  hkl: 1,
  edax: 180 / Math.PI,
  oxford: 180 / Math.PI,
};
const FRAMES: Readonly<Record<EbsdScan["vendor"], SampleFrame>> = {
  bruker: "right-up",
  hkl: "right-up",
  oxford: "right-up",
  edax: "up-left",
};
const PLACES: Readonly<Record<EbsdScan["vendor"], readonly [string, string]>> = {
  // Beam positions count pixels; sample positions may run backwards.
  bruker: ["X BEAM", "Y BEAM"],
  edax: ["X Position", "Y Position"],
  hkl: ["X", "Y"],
  oxford: ["X", "Y"],
};
const PHASE = /^phase(data)?$/i;
/** Columns that are no property of a point's orientation. */
const PLACE = /^([xyz] ?(beam|sample|position)|[xy]|beam position [xy])$/i;
const UNITS: Readonly<Record<string, string>> = { MAD: "deg", Fit: "deg", "Mean Angular Deviation": "rad" };

async function numbers(file: Hdf5File, dataset: H5Dataset, stop?: AbortSignal): Promise<Float64Array> {
  const dtype = dtypeOf(dataset.type)!;
  await file.library.loadFilters(dataset.filters, dataset.path);
  const region = { start: dataset.shape.map(() => 0), stop: dataset.shape };
  return Float64Array.from(await readRegion(file.library, dataset, dtype, region, stop));
}

interface Placed {
  readonly grid: Grid;
  readonly step: readonly [number, number];
  readonly unit: string;
}

/** The grid by the coordinates; where they say nothing, as the header counts columns and rows. */
function gridOf(
  scan: EbsdScan,
  header: Values,
  [x, y]: readonly [Float64Array | undefined, Float64Array | undefined],
  notices: Notice[],
): Placed | undefined {
  const number = (...names: readonly string[]) => numberOf(statedValue(header, ...names)) ?? Number.NaN;
  const columns = number("NCOLS", "nColumns", "X Cells", "NumColumns", "XCells");
  const rows = number("NROWS", "nRows", "Y Cells", "NumRows", "YCells");
  const stated = [number("XSTEP", "Step X", "X Step"), number("YSTEP", "Step Y", "Y Step")] as const;
  const known = stated.every((step) => step > 0);
  const hexagonal = /hex/i.test(textOf(statedValue(header, "Grid Type", "GRID")) ?? "");
  if (hexagonal || (x && y && looksHexagonal(x, y))) {
    notices.push({ code: "grid", message: "hdf5: a hexagonal grid, given as a table only, no map" });
    return undefined;
  }
  const grid = x && y ? findGrid(x, y) : undefined;
  if (grid && (grid.width > 1 || grid.height > 1)) {
    const counted = scan.vendor === "bruker";
    const step = known ? stated : counted ? ([1, 1] as const) : grid.step;
    return { grid, step, unit: known || !counted ? "µm" : "px" };
  }
  if (columns * rows !== scan.points) {
    const message = "hdf5: points on no rectangular grid, given as a table only, no map";
    notices.push({ code: "grid", message });
    return undefined;
  }
  const message = `hdf5: the coordinates make no grid, ${columns} × ${rows} of the header is taken row by row`;
  notices.push({ code: "grid-header", message });
  const position = Int32Array.from({ length: scan.points }, (_, i) => i);
  const step = known ? stated : ([1, 1] as const);
  return { grid: { width: columns, height: rows, step, position }, step, unit: known ? "µm" : "px" };
}

/** Index into the list of phases of every point; a single phase may be numbered 0. */
function phaseIndex(
  values: Float64Array | undefined,
  ids: readonly number[],
  points: number,
  notices: Notice[],
): Int16Array {
  const out = new Int16Array(points);
  if (!values) return out;
  const only = ids.length === 1 && new Set(values).size === 1 && values[0] === 0;
  let unknown = 0;
  for (let i = 0; i < points; i++) {
    out[i] = only ? 0 : ids.indexOf(values[i]!);
    if (out[i]! < 0 && values[i] !== 0) unknown++;
  }
  if (unknown > 0) {
    const message = `hdf5: ${unknown} points have a phase number that the header does not list, not indexed`;
    notices.push({ code: "phase-unknown", message });
  }
  return out;
}

/** EDAX marks points without a solution by a confidence index of −1 or by angles of 4π. */
function markBad(scan: EbsdScan, data: ReadonlyMap<string, Float64Array>, phase: Int16Array) {
  if (scan.vendor !== "edax") return;
  const marks = data.get("CI") ?? data.get("Confidence Index");
  const angle = data.get("Phi1")!;
  for (let i = 0; i < phase.length; i++)
    if (marks?.[i] === -1 || Math.abs(angle[i]! - 4 * Math.PI) < 1e-3) phase[i] = -1;
}

function tableOf(file: Hdf5File, scan: EbsdScan): Table {
  const angles = scan.euler.map(({ path }) => baseName(path));
  const angleUnit = DEGREES[scan.vendor] === 1 ? "deg" : "rad";
  const columns: Column[] = [...scan.columns.keys()].map((name) => {
    return { name, unit: angles.includes(name) ? angleUnit : (UNITS[name] ?? "1"), type: "number" };
  });
  return {
    kind: "table",
    title: `${scan.group.path.slice(1)}: columns as in the file`,
    rows: scan.points,
    columns,
    meta: { vendorFrame: "Euler angles as in the file, not turned" },
    async read(name, from, to, stop) {
      const dataset = scan.columns.get(name);
      if (!dataset) {
        const message = `${scan.group.path}: there is no column "${name}"`;
        throw new LithoscopeError("Usage", message, { path: "column", expected: "a column of the table" });
      }
      return (await numbers(file, dataset, stop)).slice(from, to);
    },
  };
}

/** Patterns of points that lie in scan order as a scan; others one by one. */
function patternItem(
  file: Hdf5File,
  dataset: H5Dataset,
  placed: Placed | undefined,
  meta: Meta,
): FoundItem | undefined {
  if (dtypeOf(dataset.type) === undefined) return undefined;
  const sizes = dataset.shape.slice(1);
  const signal = sizes.map((size, i) => pixelAxis(["ky", "kx"][i]!, "signal", size));
  const axes = [pixelAxis("frame", "nav", dataset.shape[0]!), ...signal];
  const title = baseName(dataset.path);
  return {
    path: dataset.path,
    notices: [],
    item(ref): Signal {
      const flat = datasetSignal(file, dataset, { title, axes, meta }, ref);
      const full = placed && placed.grid.width * placed.grid.height === dataset.shape[0];
      if (!placed || !full || placed.grid.position.some((at, i) => at !== i)) return flat;
      const { grid, step, unit } = placed;
      const scan = reshaped(flat, [grid.height, grid.width, ...sizes], title);
      const nav: Axis[] = [grid.height, grid.width].map((size, i) =>
        calibratedAxis(pixelAxis(["y", "x"][i]!, "nav", size), unit, step[1 - i]!),
      );
      const all = [...nav, ...signal];
      return { ...scan, axes: all, block: frameBlock(all), ref };
    },
  };
}

function extraColumns(scan: EbsdScan): string[] {
  const euler = scan.euler.map(({ path }) => baseName(path));
  return [...scan.columns.keys()].filter(
    (name) => !PHASE.test(name) && !PLACE.test(name) && !euler.includes(name),
  );
}

async function itemsOf(file: Hdf5File, scan: EbsdScan, stop?: AbortSignal): Promise<FoundItem[]> {
  const { vendor, points, group } = scan;
  if (points > MAX_POINTS) {
    const fields = { why: `${points} points`, need: `at most ${MAX_POINTS}` };
    throw new LithoscopeError("Refused", `hdf5: ${group.path} has ${points} points`, fields);
  }
  const notices: Notice[] = [];
  const header = valuesIn(file.library, scan.header);
  const phaseValues = phasesIn(file.library, scan.header);
  file.documents[`${group.path}/Header`] = { ...header, Phases: Object.fromEntries(phaseValues) };
  const data = new Map<string, Float64Array>();
  for (const [name, dataset] of scan.columns) data.set(name, await numbers(file, dataset, stop));
  const [x, y] = PLACES[vendor].map((name) => data.get(name));
  const placed = gridOf(scan, header, [x, y], notices);
  const meta: Meta = {};
  putQuantity(meta, "beam.energy", numberOf(statedValue(header, "KV", "Beam Voltage")), "keV");
  const table: FoundItem = { path: `${group.path}/Data`, notices, item: () => tableOf(file, scan) };
  const patterns = scan.patterns.flatMap((dataset) => patternItem(file, dataset, placed, meta) ?? []);
  if (!placed) return [table, ...patterns];
  const phases: FilePhase[] = [...phaseValues].map(([number, values]) =>
    phaseOf(values, number, vendor, notices),
  );
  if (phases.length === 0) phases.push(phaseOf({}, 1, vendor, notices));
  const phaseName = [...scan.columns.keys()].find((name) => PHASE.test(name));
  const phase = phaseIndex(
    phaseName === undefined ? undefined : data.get(phaseName),
    phaseValues.size === 0 ? [1] : [...phaseValues.keys()],
    points,
    notices,
  );
  markBad(scan, data, phase);
  const together = vendor === "oxford" ? await numbers(file, scan.euler[0]!, stop) : undefined;
  const names = extraColumns(scan);
  const columns = [...(together ? [] : scan.euler.map(({ path }) => baseName(path))), ...names];
  const width = columns.length + (together ? 3 : 0);
  const rows: Rows = { count: points, columns: width, values: new Float64Array(width * points) };
  for (let i = 0; i < points; i++) {
    for (let k = 0; k < 3 && together; k++) rows.values[i * width + k] = together[3 * i + k]!;
  }
  for (const [k, name] of columns.entries()) {
    const values = data.get(name)!;
    const at = k + (together ? 3 : 0);
    for (let i = 0; i < points; i++) rows.values[i * width + at] = values[i]!;
  }
  const sample = FRAMES[vendor];
  const frame = frameText(sample, phases, false);
  const message = `hdf5: the file does not say its frames: ${frame}`;
  notices.push({ code: "frame-assumed", message, flag: "--map-frame" });
  const map = buildMap({
    title: group.path.slice(1),
    rows,
    ...placed,
    euler: [0, 1, 2],
    eulerUnitDeg: DEGREES[vendor],
    phase,
    phases,
    sample,
    frame,
    extra: names.map((name, i) => [name, UNITS[name] ?? "1", i + 3] as const),
  });
  return [{ path: group.path, notices: [], item: () => map }, table, ...patterns];
}

/** Orientation maps of EBSD programs: Bruker, EDAX (h5ebsd), Oxford (h5oina), DREAM.3D's h5ebsd of TSL and HKL. */
export const ebsdDialect: Dialect = {
  id: "ebsd",
  title: "EBSD: Bruker, EDAX h5ebsd, Oxford h5oina",
  recognises: (root) => [...groupsOf(root)].some(({ group }) => scanIn(group) !== undefined),

  async find(file, stop) {
    const scans = [...groupsOf(file.root)].flatMap(({ group }) => scanIn(group) ?? []);
    const found: FoundItem[] = [];
    for (const scan of scans) found.push(...(await itemsOf(file, scan, stop)));
    return found;
  },
};
