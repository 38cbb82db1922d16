import type { Axis, Column, Notice, Table } from "../../../../core/contracts.ts";
import { type Meta, pixelAxis, putQuantity } from "../../../axes.ts";
import { type FoundItem, foundDataset, type Hdf5File, isNumeric } from "../../dialect.ts";
import { childDataset, type H5Dataset, type H5Group } from "../../parse.ts";
import { frameAxis, imageAxes } from "./axes.ts";
import { detectorName, metaOf, startOf } from "./meta.ts";
import { dataGroups, type Json, metadataOf, numberAt } from "./parse.ts";

/** Members of a transform of which only half is stored: the width of the whole is even or odd. */
const HALF = /FloatHalf(Even|Odd)$/;

/** The image datasets of a file: rows, columns, frames. */
export function imageDatasets({ root }: Hdf5File): H5Dataset[] {
  return dataGroups(root, "Image").flatMap((group) => {
    const dataset = childDataset(group, "Data");
    return dataset && isNumeric(dataset) && dataset.shape.length === 3 ? [dataset] : [];
  });
}

/** Every frame's own stamp, in seconds since the first frame's; Velox writes whole seconds. */
function frameTimes(
  { library }: Hdf5File,
  group: H5Group,
  title: string,
  start: string,
  frames: number,
): Table {
  const columns: Column[] = [{ name: "time", unit: "s", type: "number" }];
  return {
    kind: "table",
    title: `${title}: time of each frame`,
    rows: frames,
    columns,
    meta: { "time.start": start },
    async read(_column, from, to) {
      const out = new Float64Array(Math.max(0, to - from)).fill(Number.NaN);
      for (let frame = from; frame < to; frame++) {
        const own = startOf(metadataOf(library, group, frame));
        if (own !== undefined) out[frame - from] = (Date.parse(own) - Date.parse(start)) / 1000;
      }
      return out;
    },
  };
}

function halfNotice({ type, path }: H5Dataset): Notice[] {
  const half = HALF.exec(type.members[0]?.name ?? "");
  if (!half) return [];
  const message = `hdf5: ${path} is half of a transform whose whole width is ${half[1]!.toLowerCase()}, it is given as stored`;
  return [{ code: "half-transform", message, where: path }];
}

/** An image or a stack of them with the frames first, and the frames' own times. */
export function foundImages(file: Hdf5File, titles: ReadonlyMap<string, string>): FoundItem[] {
  return dataGroups(file.root, "Image").flatMap((group) => {
    const dataset = childDataset(group, "Data");
    if (!dataset || !isNumeric(dataset) || dataset.shape.length !== 3) return [];
    const [height, width, frames] = dataset.shape as [number, number, number];
    const notices = halfNotice(dataset);
    const metadata = metadataOf(file.library, group);
    const space = imageAxes(metadata, [height, width], "signal", group.path, notices);
    const title = titles.get(group.path) ?? detectorName(metadata) ?? "image";
    // The stored last axis is left out where it holds one frame.
    const axes = frames === 1 ? [...space] : [frameAxis(metadata, frames), ...space];
    const order = frames === 1 ? [0, 1] : [2, 0, 1];
    const meaning = { title, axes, order, meta: metaOf(metadata), value: VALUE };
    const image = foundDataset(file, dataset, meaning, notices);
    const start = startOf(metadata);
    if (frames === 1 || start === undefined) return [image];
    const times = () => frameTimes(file, group, title, start, frames);
    return [image, { path: `${group.path}/Metadata`, notices: [], item: times }];
  });
}

const VALUE = { name: "counts", unit: "1" } as const;

/** Region of an energy-loss spectrum image: columns of the scan, energies, lines. */
function eelsItem(file: Hdf5File, group: H5Group, scan: Json | undefined): FoundItem[] {
  const dataset = childDataset(group, "Data");
  const rank = dataset?.shape.length ?? 0;
  if (!dataset || !isNumeric(dataset) || rank < 2 || rank > 3) return [];
  const notices: Notice[] = [];
  const metadata = metadataOf(file.library, group);
  const own = metadataOf(file.library, group, 0, "AcquisitionMetadata");
  const [width, channels, height = 1] = dataset.shape as [number, number, number?];
  const space = imageAxes(scan ?? metadata, [height, width], "nav", group.path, notices);
  const plain = pixelAxis("energy", "signal", channels);
  const [scale, offset] = [numberAt(own, "Data", "dispersion"), numberAt(own, "Data", "offset")];
  const known = scale !== undefined && scale !== 0 && offset !== undefined;
  const energy: Axis = known ? { ...plain, unit: "eV", scale, offset, from: "assumed" } : plain;
  const message = known
    ? `hdf5: ${group.path} states a dispersion of ${scale} without a unit, eV is assumed`
    : `hdf5: ${group.path} states no dispersion, its energies are left in px`;
  notices.push({ code: known ? "unit-assumed" : "uncalibrated", message, where: group.path });
  const meta: Meta = { ...metaOf(metadata), "signal.type": "EELS" };
  putQuantity(meta, "exposure.time", numberAt(own, "Data", "exposureTime"), "s");
  // Stated, not applied: the values are given as stored.
  putQuantity(meta, "intensity.scale", numberAt(own, "Data", "intensityScale"), "1");
  putQuantity(meta, "intensity.offset", numberAt(own, "Data", "intensityOffset"), "1");
  const axes = rank === 3 ? [...space, energy] : [space[1], energy];
  const order = rank === 3 ? [2, 0, 1] : [0, 1];
  const title = known ? `EELS from ${Number(offset.toPrecision(6))} eV` : "EELS";
  return [foundDataset(file, dataset, { title, axes, order, meta, value: VALUE }, notices)];
}

/** Energy-loss spectrum images, one per region of energies. */
export function foundEels(file: Hdf5File): FoundItem[] {
  const beside = dataGroups(file.root, "SpectrumImage")[0];
  const scan = beside && metadataOf(file.library, beside);
  return dataGroups(file.root, "EelsSpectrumImage").flatMap((group) => eelsItem(file, group, scan));
}
