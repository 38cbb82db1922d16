import type { Notice, Quantity } from "../../../core/contracts.ts";
import { plainAxes } from "../../regions.ts";
import { axisOf, baseName, fromList, words } from "../axes.ts";
import { type Dialect, describedDatasets, type Meaning } from "../dialect.ts";
import type { Library } from "../library.ts";
import {
  childDataset,
  childGroup,
  groupsOf,
  type H5Dataset,
  type H5Group,
  numberOf,
  textOf,
} from "../parse.ts";

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
  const axes = plainAxes(dataset.shape).map((axis, i) => {
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

/** HyperSpy's own files, and those of programs that write like it. */
export const hyperspyDialect: Dialect = {
  id: "hyperspy",
  title: "HyperSpy",
  recognises: (root) => [...groupsOf(root)].some(({ group }) => childGroup(group, "axis-0")),
  find: async (file) => describedDatasets(file, hyperspyMeaning),
};
