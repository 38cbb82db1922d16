import type { Axis, Quantity, Signal, Writer } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { CARRIED, headerJson, headerLoss } from "../carried-header.ts";
import { countOf, elementBytes } from "../regions.ts";
import { partShape, partType } from "../signal-parts.ts";
import { describeSignal } from "../stored-signal.ts";
import { hdf5Bytes, type NewAttributes, type NewGroup, type NewObject } from "./write.ts";

/** The library holds the file in memory while it is written [bytes]. */
const LIMIT = 2 ** 30;

function coordinates({ size, offset, scale, values }: Axis): Float64Array {
  return values ?? Float64Array.from({ length: size }, (_, i) => offset + scale * i);
}

/** What NeXus calls the part of a signal that belongs together. */
function interpretation({ axes, dtype }: Signal): NewAttributes {
  if (dtype === "rgb8") return { interpretation: "rgb-image" };
  const own = axes.filter(({ role }) => role === "signal").length;
  const word = ["scalar", "spectrum", "image"][own];
  return word === undefined ? {} : { interpretation: word };
}

function metadataGroup(meta: Signal["meta"]): NewGroup {
  const children: Record<string, NewObject> = {};
  for (const [key, entry] of Object.entries(meta)) {
    const { value, unit } = (typeof entry === "string" ? { value: entry, unit: undefined } : entry) as {
      value: string | number;
      unit: Quantity["unit"] | undefined;
    };
    const units: NewAttributes = unit === undefined ? {} : { units: unit };
    children[key.replaceAll("/", "_")] = { kind: "values", attributes: units, data: value };
  }
  return { kind: "group", attributes: { NX_class: "NXcollection" }, children };
}

/**
 * One group that is an NXdata of NeXus and an array of EMD (Berkeley, 0.2) at once: the values, a list of coordinates
 * with name and unit for each axis, and our own description, from which the signal comes back as it was.
 */
async function fileOf(signal: Signal, header: unknown, stop?: AbortSignal): Promise<NewGroup> {
  const { axes, dtype, title, value } = signal;
  const shape = axes.map(({ size }) => size);
  const data = await signal.tile({ start: shape.map(() => 0), stop: shape }, stop);
  const dims = axes.map((_, i) => `dim${i + 1}`);
  const children: Record<string, NewObject> = {
    data: {
      kind: "values",
      attributes: { units: value.unit, long_name: value.name, ...interpretation(signal) },
      data,
      ...(dtype === "rgb8" ? { shape: partShape(signal), dtype: partType(dtype) } : { shape, dtype }),
    },
    title: { kind: "values", attributes: {}, data: title },
    lithoscope: { kind: "values", attributes: {}, data: JSON.stringify(describeSignal(signal)) },
  };
  const carried = headerJson(header);
  if (carried !== undefined) children[CARRIED] = { kind: "values", attributes: {}, data: carried };
  axes.forEach((axis, i) => {
    const attributes = { name: axis.name, units: axis.unit, long_name: axis.name };
    children[dims[i]!] = {
      kind: "values",
      attributes,
      data: coordinates(axis),
      shape: [axis.size],
      dtype: "f64",
    };
  });
  const listed = dtype === "rgb8" ? [...dims, "."] : dims;
  const group = { NX_class: "NXdata", signal: "data", axes: listed, emd_group_type: 1 };
  const entry: NewGroup = {
    kind: "group",
    attributes: { NX_class: "NXentry", default: "signal" },
    children: {
      signal: { kind: "group", attributes: group, children },
      metadata: metadataGroup(signal.meta),
    },
  };
  const attributes = { default: "entry", creator: "Lithoscope", version_major: 0, version_minor: 2 };
  return { kind: "group", attributes, children: { entry } };
}

/** A signal as HDF5 that NeXus and EMD readers open; nothing is lost. */
export const writer: Writer = {
  id: "hdf5",
  title: "HDF5 (NeXus and EMD)",
  extensions: [".h5", ".hdf5", ".nxs", ".emd"],
  accepts: (item) => item.kind === "signal",
  headerLoss,
  async write(item, sink, path, stop, header) {
    const signal = item as Signal;
    const bytes = countOf(signal.axes.map(({ size }) => size)) * elementBytes(signal.dtype);
    if (bytes > LIMIT) {
      const message = `hdf5: a signal of ${bytes} bytes is more than the ${LIMIT} that are written as HDF5`;
      const hint = "a Zarr folder is written piece by piece: end OUT in .zarr";
      throw new LithoscopeError("Refused", message, { why: "size", need: ".zarr" }, { hint });
    }
    await sink.write(path, await hdf5Bytes(await fileOf(signal, header, stop)));
  },
};
