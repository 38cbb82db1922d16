import type { Axis, Notice, Quantity } from "../../../core/contracts.ts";
import { plainAxes } from "../../regions.ts";
import { fromList } from "../../stated.ts";
import { axisOf, baseName, words } from "../axes.ts";
import { type Calibration, calibrationOf, meanOf } from "../calibration.ts";
import { type Dialect, describedDatasets, type Meaning } from "../dialect.ts";
import type { Library } from "../library.ts";
import { childDataset, groupsOf, type H5Dataset, type H5Group } from "../parse.ts";

/** Names of the fast pixelated detector's files, as ours. */
const FPD: Readonly<Record<string, string>> = { scanY: "y", scanX: "x", detY: "ky", detX: "kx" };

/** True where the dimensions are named x before y: the array is stored with its fastest axis first, as HyperSpy writes EMD. */
function isReversed(names: readonly (string | undefined)[]): boolean {
  return [
    ["x", "y"],
    ["kx", "ky"],
  ].some(([x, y]) => names.includes(x) && names.includes(y) && names.indexOf(x) < names.indexOf(y));
}

/** Spectra where the last axis is one of energies: every other axis is then one of places. */
function withRoles(axes: readonly Axis[]): Axis[] {
  const last = axes.at(-1);
  if (!last || !/^k?eV$/.test(last.unit)) return [...axes];
  return axes.map((axis) => ({ ...axis, role: axis === last ? "signal" : "nav" }));
}

/** EMD and py4DSTEM: dim0 … or dim1 … beside the data, two numbers or all of them, with name and units. */
function emdMeaning(
  library: Library,
  dataset: H5Dataset,
  groups: readonly H5Group[],
  notices: Notice[],
): Meaning | undefined {
  const parent = groups.at(-1)!;
  const first = childDataset(parent, "dim0") ? 0 : 1;
  if (!childDataset(parent, `dim${first}`)) return undefined;
  const calibration = calibrationOf(library, groups);
  const stored = dataset.shape.map((_, i) => childDataset(parent, `dim${first + i}`));
  const nameOf = (dim: H5Dataset | undefined) => (dim ? words(dim.attributes).name : undefined);
  const reversed = isReversed(stored.map(nameOf));
  const order = dataset.shape.map((_, i) => (reversed ? dataset.shape.length - 1 - i : i));
  const base = plainAxes(order.map((axis) => dataset.shape[axis]!));
  const dims = order.map((axis) => stored[axis]);
  const names = dims.map(nameOf);
  // The readings of a fast pixelated detector have four axes too, of which one counts its colours.
  const datacube = base.length === 4 && !names.includes("colour");
  const axes = base.map((axis, i) => {
    const dim = dims[i];
    const value = dim && library.value(dim);
    const { name: theirs, ...units } = dim ? words(dim.attributes) : {};
    const name = theirs === undefined ? undefined : (FPD[theirs] ?? theirs);
    const own = name === undefined ? {} : { name };
    // fpd refers to coordinates that lie elsewhere.
    if (!dim || !Array.isArray(value) || !value.every((v) => typeof v === "number"))
      return datacube ? axis : { ...axis, ...own };
    const stated = { ...fromList(value as number[], axis.size), ...units, ...own };
    // py4DSTEM's Rx, Ry, Qx, Qy run along rows, columns, rows, columns: y, x, ky, kx here.
    const { name: _, ...unnamed } = { name, ...stated };
    const quiet: Notice[] = [];
    const found = axisOf(axis, datacube ? unnamed : stated, parent.path, quiet);
    const better = datacube && found.from === "none" ? calibrated(axis, i, calibration) : undefined;
    if (!better) notices.push(...quiet);
    return centred(better ?? found, i, datacube ? calibration : undefined);
  });
  const title = baseName(parent.path) || dataset.path;
  return { title, axes: withRoles(axes), meta: rotationMeta(calibration), ...(reversed && { order }) };
}

/** Axis i of a datacube from the calibration beside it, where the dimension itself is in pixels. */
function calibrated(axis: Axis, i: number, calibration: Calibration | undefined): Axis | undefined {
  const [unit, scale] =
    i < 2 ? [calibration?.stepUnit, calibration?.stepSize] : [calibration?.pixelUnit, calibration?.pixelSize];
  if (unit === undefined || unit === "none" || !scale || !Number.isFinite(scale)) return undefined;
  return { ...axis, unit, scale, offset: 0, from: "file" };
}

/** Counts the pattern's axes from the direct beam where the calibration says where that is. */
function centred(axis: Axis, i: number, calibration: Calibration | undefined): Axis {
  const origin = meanOf(i === 2 ? calibration?.qx0 : i === 3 ? calibration?.qy0 : undefined);
  if (origin === undefined || axis.offset !== 0 || axis.from === "none") return axis;
  return { ...axis, offset: -origin * axis.scale };
}

function rotationMeta(calibration: Calibration | undefined): Record<string, Quantity | string> {
  if (calibration?.rotation === undefined) return {};
  const value = (calibration.rotation * 180) / Math.PI;
  return {
    "detector.rotation": { value, unit: "deg", from: "file" },
    "detector.flip": calibration.flip ? "transposed" : "none",
  };
}

/** EMD of Berkeley, prismatic, py4DSTEM and emdfile. */
export const emdDialect: Dialect = {
  id: "emd",
  title: "EMD (Berkeley, prismatic, py4DSTEM)",
  recognises: (root) =>
    [...groupsOf(root)].some(({ group }) => childDataset(group, "dim0") ?? childDataset(group, "dim1")),
  find: async (file) => describedDatasets(file, emdMeaning),
};
