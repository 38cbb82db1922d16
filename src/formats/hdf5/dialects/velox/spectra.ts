import type { Axis, Notice, Region, Signal } from "../../../../core/contracts.ts";
import { frameBlock } from "../../../axes.ts";
import { checkRegion, countOf } from "../../../regions.ts";
import { type FoundItem, foundDataset, type Hdf5File, isNumeric } from "../../dialect.ts";
import { childDataset, type H5Dataset, type H5Group } from "../../parse.ts";
import { dtypeOf, readRegion } from "../../values.ts";
import { energyAxis, frameAxis, imageAxes } from "./axes.ts";
import { detectorName, metaOf } from "./meta.ts";
import { dataGroups, type Json, jsonOf, metadataOf, numberAt } from "./parse.ts";
import { EventCounter, type EventStream, framesWithin } from "./stream.ts";

/** X-ray channels of every file seen; the settings of a stream state them. */
const CHANNELS = 4096;
/** A word is 16 bits, its largest value marks the pixel. */
const MAX_CHANNELS = 65535;

/** One detector's stream with what the file says of it. */
interface Detector {
  readonly group: H5Group;
  readonly metadata: Json | undefined;
  readonly title: string;
  readonly channels: number;
  readonly frames: number;
  readonly stream: EventStream;
  readonly counter: EventCounter;
}

/** Single spectra, one per detector or region: channels along the first axis, usually one column. */
export function foundSpectra(file: Hdf5File): FoundItem[] {
  return dataGroups(file.root, "Spectrum").flatMap((group) => {
    const dataset = childDataset(group, "Data");
    if (!dataset || !isNumeric(dataset) || dataset.shape.length !== 2) return [];
    const notices: Notice[] = [];
    const metadata = metadataOf(file.library, group);
    const [channels, columns] = dataset.shape as [number, number];
    const energy = energyAxis(metadata, channels, group.path, notices);
    const title = detectorName(metadata) ?? "X-ray";
    const axes = columns === 1 ? [energy] : [frameAxis(undefined, columns), energy];
    const order = columns === 1 ? [0] : [1, 0];
    const meaning = { title: `${title} spectrum`, axes, order, meta: metaOf(metadata), value: COUNTS };
    return [foundDataset(file, dataset, meaning, notices)];
  });
}

const COUNTS = { name: "counts", unit: "1" } as const;

/** Rows and columns of the scan: its part of the whole raster, else those of an image beside the stream. */
function scanSize(metadata: Json | undefined, images: readonly H5Dataset[]): [number, number] | undefined {
  const sizes = images.map(({ shape }) => shape.slice(0, 2) as [number, number]);
  const side = (size: string, from: string, to: string) => {
    const whole = numberAt(metadata, "Scan", "ScanSize", size);
    const [a, b] = [numberAt(metadata, "Scan", "ScanArea", from), numberAt(metadata, "Scan", "ScanArea", to)];
    return whole && a !== undefined && b !== undefined ? Math.round((b - a) * whole) : undefined;
  };
  const [height, width] = [side("height", "top", "bottom"), side("width", "left", "right")];
  const stated = height !== undefined && width !== undefined && height > 0 && width > 0;
  const same = sizes.find(([h, w]) => h === height && w === width);
  if (same) return same;
  return sizes[0] ?? (stated ? [height, width] : undefined);
}

/** Where the frames of a stream start, if the file lists it and the list can be true. */
async function frameStarts(
  { library }: Hdf5File,
  group: H5Group,
  words: number,
): Promise<number[] | undefined> {
  const table = childDataset(group, "FrameLocationTable");
  if (table?.type.kind !== "int" || table.shape.length !== 2 || table.shape[0]! > 1e6) return undefined;
  const region = { start: [0, 0], stop: [table.shape[0]!, 1] };
  const starts = Array.from(await readRegion(library, table, dtypeOf(table.type)!, region));
  const rising = starts.every(
    (start, i) => start <= words && (i === 0 ? start >= 0 : start > starts[i - 1]!),
  );
  return rising && starts.length > 0 ? starts : undefined;
}

async function detectorAt(
  file: Hdf5File,
  group: H5Group,
  images: readonly H5Dataset[],
  notices: Notice[],
): Promise<Detector | undefined> {
  const data = childDataset(group, "Data");
  const where = group.path;
  if (data?.type.kind !== "int" || data.type.size !== 2 || data.shape.length !== 2) return undefined;
  const metadata = metadataOf(file.library, group);
  const size = scanSize(metadata, images);
  if (!size) {
    const message = `hdf5: ${where} is a spectrum stream without a scan size, it is not read`;
    notices.push({ code: "not-read", message, where });
    return undefined;
  }
  const [height, width] = size;
  const settings = jsonOf(file.library, childDataset(group, "AcquisitionSettings"));
  const channels = numberAt(settings, "bincount") ?? CHANNELS;
  const words = data.shape[0]!;
  const starts = await frameStarts(file, group, words);
  const read = async (from: number, to: number) =>
    (await readRegion(file.library, data, "u16", { start: [from, 0], stop: [to, 1] })) as Uint16Array;
  const stream = { height, width, words, read, ...(starts && { starts }) };
  const stated = starts?.length ?? childDataset(group, "Metadata")?.shape[1] ?? 1;
  const frames = Math.max(1, Math.min(stated, framesWithin(stream)));
  const title = detectorName(metadata) ?? "EDS";
  const known = Number.isInteger(channels) && channels > 0 && channels <= MAX_CHANNELS;
  return {
    group,
    metadata,
    title,
    channels: known ? channels : CHANNELS,
    frames,
    stream,
    counter: new EventCounter(stream),
  };
}

/** One signal over some detectors; summed over frames, or with the frames as the first axis. */
function streamItem(
  file: Hdf5File,
  detectors: readonly Detector[],
  title: string,
  frames: "summed" | "apart",
  notices: Notice[],
): FoundItem {
  const [first] = detectors as [Detector];
  const { metadata, channels, stream } = first;
  const count = Math.max(...detectors.map((detector) => detector.frames));
  const size = [stream.height, stream.width] as const;
  const where = first.group.path;
  const space = imageAxes(metadata, size, "nav", where, notices);
  const energy = energyAxis(metadata, channels, where, notices);
  const axes: Axis[] = [...(frames === "apart" ? [frameAxis(metadata, count)] : []), ...space, energy];
  const shape = axes.map((axis) => axis.size);
  // Times of a detector add up from frame to frame; the last frame's are those of the whole.
  const last = metadataOf(file.library, first.group, count - 1) ?? metadata;
  const own = Object.entries(metaOf(metadata)).filter(([key]) => !key.startsWith("detector"));
  const detector = Object.entries(metaOf(last)).filter(([key]) => key.startsWith("detector"));
  const meta = {
    ...Object.fromEntries(detectors.length === 1 ? [...own, ...detector] : own),
    "signal.type": "EDS_TEM",
    "frames.present": { value: count, unit: "1", from: "counted" } as const,
    "file.path": where,
    detector: detectors.map(({ title: name }) => name).join(", "),
  };

  async function tile(region: Region, stop?: AbortSignal) {
    checkRegion(region, shape, "hdf5");
    const out = new Uint16Array(countOf(region.stop, region.start));
    const at = axes.length - 3;
    const range = (axis: number) => [region.start[axis]!, region.stop[axis]!] as const;
    const part = { rows: range(at), columns: range(at + 1), channels: range(at + 2) };
    const [from, to] = frames === "apart" ? range(0) : [0, count];
    const each = frames === "apart" && to > from ? out.length / (to - from) : 0;
    for (const detector of detectors) {
      for (let frame = from; frame < Math.min(to, detector.frames); frame++) {
        const place =
          frames === "apart" ? out.subarray((frame - from) * each, (frame - from + 1) * each) : out;
        await detector.counter.add(frame, part, place, stop);
      }
    }
    return out;
  }

  const item = (ref: Signal["ref"]): Signal => {
    const block = frameBlock(axes);
    // A row is the least that is found without following the stream.
    block[axes.length - 2] = stream.width;
    return { kind: "signal", title, axes, dtype: "u16", value: COUNTS, meta, block, ref, tile };
  };
  return { path: where, notices: [], item };
}

/**
 * X-ray spectrum images from event streams: the sum over detectors and frames first, then with the frames apart, then
 * each detector alone.
 */
export async function foundStreams(file: Hdf5File, images: readonly H5Dataset[]): Promise<FoundItem[]> {
  const { notices } = file;
  const detectors: Detector[] = [];
  for (const group of dataGroups(file.root, "SpectrumStream")) {
    const detector = await detectorAt(file, group, images, notices);
    if (detector) detectors.push(detector);
  }
  const [first] = detectors;
  const pruned = dataGroups(file.root, "SpectrumImage");
  if (!first) {
    if (pruned.length > 0) {
      const message = `hdf5: ${pruned[0]!.path} is a spectrum image in a packing of Velox's own, the stream it was made from was removed`;
      notices.push({ code: "not-read", message, where: pruned[0]!.path });
    }
    return [];
  }
  const same = detectors.filter(
    ({ channels, stream }) =>
      channels === first.channels &&
      stream.width === first.stream.width &&
      stream.height === first.stream.height,
  );
  const items = [streamItem(file, same, "EDS", "summed", notices)];
  const stacked = same.some(({ frames }) => frames > 1);
  if (stacked) items.push(streamItem(file, same, "EDS, frames apart", "apart", []));
  if (detectors.length > 1) {
    for (const detector of detectors) {
      const apart = detector.frames > 1 ? "apart" : "summed";
      items.push(streamItem(file, [detector], detector.title, apart, []));
    }
  }
  return items;
}
