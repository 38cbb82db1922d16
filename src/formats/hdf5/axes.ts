import type { Axis, Notice, Quantity } from "../../core/contracts.ts";
import { plainAxes } from "../regions.ts";
import { unitOf } from "../units.ts";
import { type Calibration, calibrationOf, meanOf } from "./calibration.ts";
import type { Library } from "./library.ts";
import {
  childDataset,
  childGroup,
  type H5Attributes,
  type H5Dataset,
  type H5Group,
  numberOf,
  textOf,
} from "./parse.ts";

/** What a layout says about a dataset: axes in the order stored, title and meta. */
export interface Meaning {
  readonly title: string;
  readonly axes: readonly Axis[];
  readonly meta: Readonly<Record<string, Quantity | string>>;
}

/** A coordinate of i = offset + scale · i, or a list of them, in the file's words. */
interface Stated {
  readonly name?: string;
  readonly units?: string;
  readonly scale?: number;
  readonly offset?: number;
  readonly values?: Float64Array;
  readonly role?: Axis["role"];
}

/** Steps of a listed axis may differ by this much of a step and still be one step; files carry rounded numbers. */
const UNIFORM = 1e-4;
/** No electron microscope's pixel is outside these [1/Å]; a conversion applied twice is. */
const PLAUSIBLE = [1e-6, 10] as const;

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** An axis where the file states a scale and a unit that is known; px and a notice otherwise. */
function axisOf(base: Axis, stated: Stated, where: string, notices: Notice[]): Axis {
  const { scale, offset = 0, values, role = base.role } = stated;
  const unit = unitOf(stated.units);
  const named = stated.name && !/^(|_none_|none|<undefined>|undefined)$/i.test(stated.name);
  const axis = { ...base, role, name: named ? stated.name! : base.name };
  const known = values !== undefined || (scale !== undefined && Number.isFinite(scale) && scale !== 0);
  if (known && unit !== undefined && unit !== "none") {
    implausible(unit, scale, `${where}, axis ${axis.name}`, notices);
    const at = { unit, scale: scale ?? 1, offset, from: "file" } as const;
    return values ? { ...axis, ...at, values } : { ...axis, ...at };
  }
  if (unit === undefined || (scale !== undefined && scale !== 1)) {
    const words = unit === undefined ? `the unit "${stated.units}" that is not known` : "no unit";
    const message = `hdf5: axis ${axis.name} of ${where} has ${words} and a step of ${scale}, it is left in px`;
    notices.push({ code: "unit-unknown", message, where });
  }
  return { ...axis, unit: "px", scale: 1, offset: 0, from: "none" };
}

function implausible(unit: string, scale: number | undefined, where: string, notices: Notice[]): void {
  const factor = { "1/Å": 1, "1/nm": 0.1 }[unit];
  if (factor === undefined || scale === undefined) return;
  const size = Math.abs(scale * factor);
  if (size >= PLAUSIBLE[0] && size <= PLAUSIBLE[1]) return;
  const message = `hdf5: ${where} has pixels of ${scale} ${unit}, which no diffraction pattern has`;
  notices.push({ code: "calibration-implausible", message, where, flag: "--pixel-size" });
}

/** Names of our own for the axes of scans of patterns: rows are y whatever the file calls them. */
function positional(shape: readonly number[]): Axis[] {
  return plainAxes(shape);
}

function fromList(values: readonly number[], size: number): Pick<Stated, "scale" | "offset" | "values"> {
  const offset = values[0] ?? 0;
  if (values.length < 2) return { offset };
  const scale = (values.at(-1)! - offset) / (values.length - 1);
  const straight = values.every((v, i) => Math.abs(v - offset - scale * i) <= UNIFORM * Math.abs(scale));
  return straight || values.length !== size
    ? { scale, offset }
    : { values: Float64Array.from(values), offset };
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
  const base = positional(dataset.shape);
  const datacube = dataset.shape.length === 4;
  const axes = base.map((axis, i) => {
    const dim = childDataset(parent, `dim${first + i}`);
    const value = dim && library.value(dim);
    if (!dim || !Array.isArray(value) || !value.every((v) => typeof v === "number")) return axis;
    const stated = { ...fromList(value as number[], axis.size), ...words(dim.attributes) };
    // py4DSTEM's Rx, Ry, Qx, Qy run along rows, columns, rows, columns: y, x, ky, kx here.
    const { name: _, ...unnamed } = stated;
    const quiet: Notice[] = [];
    const found = axisOf(axis, datacube ? unnamed : stated, parent.path, quiet);
    const better = datacube && found.from === "none" ? calibrated(axis, i, calibration) : undefined;
    if (!better) notices.push(...quiet);
    return centred(better ?? found, i, datacube ? calibration : undefined);
  });
  return { title: baseName(parent.path) || dataset.path, axes, meta: rotationMeta(calibration) };
}

function words(attributes: H5Attributes): Pick<Stated, "name" | "units"> {
  const [name, units] = [textOf(attributes.name), textOf(attributes.units)];
  return { ...(name !== undefined && { name }), ...(units !== undefined && { units }) };
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

/** HyperSpy: axis-0 … beside the data with name, units, scale, offset, navigate; metadata as attributes. */
function hyperspyMeaning(
  library: Library,
  dataset: H5Dataset,
  groups: readonly H5Group[],
  notices: Notice[],
): Meaning | undefined {
  const parent = groups.at(-1)!;
  if (!childGroup(parent, "axis-0")) return undefined;
  const metadata = childGroup(parent, "metadata");
  const title = textOf(childGroup(metadata, "General")?.attributes.title) || baseName(parent.path);
  const axes = positional(dataset.shape).map((axis, i) => {
    const group = childGroup(parent, `axis-${i}`);
    if (!group) return axis;
    const { navigate, scale, offset } = group.attributes;
    const listed = childDataset(group, "axis");
    const value = listed && library.value(listed);
    const stated = Array.isArray(value)
      ? fromList(value as number[], axis.size)
      : { scale: numberOf(scale) ?? 1, offset: numberOf(offset) ?? 0 };
    const role = navigate === true || navigate === "True" || numberOf(navigate) === 1 ? "nav" : "signal";
    return axisOf(axis, { ...stated, ...words(group.attributes), role }, parent.path, notices);
  });
  return { title, axes, meta: hyperspyMeta(metadata) };
}

/** Units as HyperSpy's documentation of its metadata structure gives them. */
const HYPERSPY_TEM = {
  beam_energy: ["beam.energy", "keV"],
  convergence_angle: ["beam.convergence", "mrad"],
  beam_current: ["beam.current", "nA"],
  camera_length: ["camera.length", "mm"],
  dwell_time: ["dwell.time", "s"],
} as const;

function hyperspyMeta(metadata: H5Group | undefined): Record<string, Quantity | string> {
  const meta: Record<string, Quantity | string> = {};
  const instrument = childGroup(metadata, "Acquisition_instrument");
  const tem = childGroup(instrument, "TEM") ?? childGroup(instrument, "SEM");
  for (const [name, [key, unit]] of Object.entries(HYPERSPY_TEM)) {
    const value = numberOf(tem?.attributes[name]);
    if (value !== undefined && value > 0) meta[key] = { value, unit, from: "file" };
  }
  const collection = numberOf(childGroup(tem, "Detector", "EELS")?.attributes.collection_angle);
  if (collection !== undefined)
    meta["spectrometer.collection"] = { value: collection, unit: "mrad", from: "file" };
  const kind = textOf(childGroup(metadata, "Signal")?.attributes.signal_type);
  if (kind) meta["signal.type"] = kind;
  return meta;
}

/** The meaning of a dataset in a layout that is known; undefined if it is in none. */
export function meaningOf(
  library: Library,
  dataset: H5Dataset,
  groups: readonly H5Group[],
  notices: Notice[],
): Meaning | undefined {
  if (!/^(data|datacube)$/i.test(baseName(dataset.path))) return undefined;
  return hyperspyMeaning(library, dataset, groups, notices) ?? emdMeaning(library, dataset, groups, notices);
}
