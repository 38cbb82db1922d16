/** The layout of HyperSpy, the same in HDF5 (.hspy) and Zarr (.zspy): what a group below "Experiments" means. */
import type { Axis, Notice, Quantity } from "../core/contracts.ts";
import { LithoscopeError } from "../core/errors.ts";
import { plainAxes } from "./regions.ts";
import { fromList, type Stated, statedAxis } from "./stated.ts";

/** A group of the file, whatever the container. */
export interface HyperspyGroup {
  readonly attributes: Readonly<Record<string, unknown>>;
  group(name: string): HyperspyGroup | undefined;
}

export interface HyperspyExperiment {
  /** Path of the group, for messages. */
  readonly path: string;
  readonly group: HyperspyGroup;
  /** Of the dataset "data" within it. */
  readonly shape: readonly number[];
  /** Listed coordinates of axis i, where the group axis-i has a dataset "axis". */
  readonly listed: (i: number) => readonly number[] | undefined;
}

/** Axes in the order of a signal, navigation first; axis i is axis order[i] of the dataset. */
export interface HyperspyMeaning {
  readonly title: string;
  readonly axes: readonly Axis[];
  readonly order: readonly number[];
  readonly meta: Readonly<Record<string, Quantity | string>>;
}

/** Units as HyperSpy's documentation of its metadata structure gives them. */
const INSTRUMENT = {
  beam_energy: ["beam.energy", "keV"],
  convergence_angle: ["beam.convergence", "mrad"],
  beam_current: ["beam.current", "nA"],
  camera_length: ["camera.length", "mm"],
  dwell_time: ["dwell.time", "s"],
} as const;

/** Whether a group is an experiment: it describes the first axis of its data. */
export function isExperiment(group: HyperspyGroup): boolean {
  return group.group("axis-0") !== undefined;
}

function number(value: unknown): number | undefined {
  const one = Array.isArray(value) && value.length === 1 ? value[0] : value;
  const found = typeof one === "string" && one.trim() !== "" ? Number(one) : one;
  return typeof found === "number" && Number.isFinite(found) ? found : undefined;
}

function text(value: unknown): string | undefined {
  const one = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return typeof one === "string" && one !== "_None_" ? one : undefined;
}

/** HDF5 has no truth values of its own: they come as 0 and 1 or as words. */
function truth(value: unknown): boolean {
  return value === true || value === "True" || value === "TRUE" || number(value) === 1;
}

function axisOf(base: Axis, i: number, experiment: HyperspyExperiment, format: string, notices: Notice[]) {
  const group = experiment.group.group(`axis-${i}`);
  if (!group) return base;
  const { attributes } = group;
  const listed = experiment.listed(i);
  const [name, units] = [text(attributes.name), text(attributes.units)];
  const stated: Stated = {
    ...(name !== undefined && { name }),
    ...(units !== undefined && { units }),
    role: truth(attributes.navigate) ? "nav" : "signal",
    ...(listed
      ? fromList(listed, base.size)
      : { scale: number(attributes.scale) ?? 1, offset: number(attributes.offset) ?? 0 }),
  };
  const expression = text(attributes.expression);
  if (expression !== undefined && !listed) {
    const message = `${format}: axis ${name ?? i} of ${experiment.path} is given by the formula "${expression}", which is not evaluated; it is left in px`;
    notices.push({ code: "axis-formula", message, where: experiment.path });
    return { ...base, role: stated.role!, name: name ?? base.name };
  }
  const axis = statedAxis(base, stated, experiment.path, notices, format);
  const size = number(attributes.size);
  if (size !== undefined && size !== base.size) {
    const message = `${format}: axis ${axis.name} of ${experiment.path} says ${size} values, the data have ${base.size}`;
    notices.push({ code: "axis-size", message, where: experiment.path });
  }
  return axis;
}

function metaOf(metadata: HyperspyGroup | undefined): Record<string, Quantity | string> {
  const meta: Record<string, Quantity | string> = {};
  const instrument = metadata?.group("Acquisition_instrument");
  const microscope = instrument?.group("TEM") ?? instrument?.group("SEM");
  for (const [name, [key, unit]] of Object.entries(INSTRUMENT)) {
    const value = number(microscope?.attributes[name]);
    if (value !== undefined && value > 0) meta[key] = { value, unit, from: "file" };
  }
  const collection = number(microscope?.group("Detector")?.group("EELS")?.attributes.collection_angle);
  if (collection !== undefined)
    meta["spectrometer.collection"] = { value: collection, unit: "mrad", from: "file" };
  const words = {
    "instrument.name": microscope?.attributes.microscope,
    "signal.type": metadata?.group("Signal")?.attributes.signal_type,
    "acquisition.date": metadata?.group("General")?.attributes.date,
    "acquisition.time": metadata?.group("General")?.attributes.time,
    "acquisition.zone": metadata?.group("General")?.attributes.time_zone,
  };
  for (const [key, value] of Object.entries(words)) {
    const found = text(value);
    if (found) meta[key] = found;
  }
  return meta;
}

/** The Unsupported error of an experiment whose positions hold arrays of different sizes. */
export function raggedError(format: string, path: string): LithoscopeError {
  const message = `${format}: ${path} is ragged: every position holds an array of another size, which is no signal`;
  return new LithoscopeError("Unsupported", message, { format, feature: "ragged" });
}

/** Whether the experiment says that it is ragged. */
export function isRagged(group: HyperspyGroup): boolean {
  return truth(group.group("attributes")?.attributes.ragged);
}

/** Title, axes and instrument of an experiment; `format` begins the messages. */
export function hyperspyMeaning(
  experiment: HyperspyExperiment,
  format: string,
  notices: Notice[],
): HyperspyMeaning {
  const metadata = experiment.group.group("metadata");
  const own = experiment.path.slice(experiment.path.lastIndexOf("/") + 1);
  const title = text(metadata?.group("General")?.attributes.title) || own;
  const stored = plainAxes(experiment.shape).map((base, i) => axisOf(base, i, experiment, format, notices));
  const order = [
    ...stored.flatMap(({ role }, i) => (role === "nav" ? [i] : [])),
    ...stored.flatMap(({ role }, i) => (role === "signal" ? [i] : [])),
  ];
  return { title, axes: order.map((i) => stored[i]!), order, meta: metaOf(metadata) };
}
