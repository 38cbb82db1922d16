import type { DType, Notice, Numeric, Region, Signal } from "../../../core/contracts.ts";
import { LithoscopeError } from "../../../core/errors.ts";
import { frameBlock, type Meta, pixelAxis, putQuantity, putText } from "../../axes.ts";
import { checkRegion, countOf, elementBytes, typed } from "../../regions.ts";
import { siblingOf } from "../../sibling.ts";
import { type Dialect, type FoundItem, foundDataset, type Hdf5File, isNumeric } from "../dialect.ts";
import {
  childDataset,
  childGroup,
  type H5Dataset,
  type H5Group,
  h5Error,
  numberOf,
  textOf,
} from "../parse.ts";
import { type StemMetadata, scanAxis, stemMetadata } from "../stem-metadata.ts";
import { openTree } from "../tree.ts";
import { dtypeOf, readRegion } from "../values.ts";

/** Frames of one data file, as the master names them. */
const DATA = /^data_\d{6}$/;

interface Frames {
  readonly parts: readonly H5Dataset[];
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  readonly dtype: DType;
}

/**
 * The data files that are there, up to the first that is not.
 *
 * @throws Format where none is there or where frames differ in size or type
 */
function framesOf(group: H5Group, notices: Notice[]): Frames {
  const names = [...group.children.keys()].filter((name) => DATA.test(name)).sort();
  const parts: H5Dataset[] = [];
  for (const name of names) {
    const child = group.children.get(name)!;
    if (child.kind === "link") {
      const absent = `${child.path} is kept in "${child.file}", which is not beside it`;
      if (parts.length === 0) throw h5Error(absent, child.path);
      const message = `hdf5: ${absent}: the frames end there`;
      notices.push({ code: "truncated", message, where: child.path });
      break;
    }
    if (child.kind === "dataset") parts.push(child);
  }
  const [first] = parts;
  const same = (part: H5Dataset) =>
    part.shape.length === 3 &&
    part.shape.slice(1).join() === first!.shape.slice(1).join() &&
    dtypeOf(part.type) === dtypeOf(first!.type);
  if (!first || !isNumeric(first) || !parts.every(same))
    throw h5Error(`${group.path}: the data files hold no frames of one size`, group.path);
  const [, rows, columns] = first.shape as [number, number, number];
  const count = parts.reduce((sum, part) => sum + part.shape[0]!, 0);
  return { parts, count, rows, columns, dtype: dtypeOf(first.type)! };
}

/** Frames from … to − 1, a rectangle of each, out of the data files that hold them. */
async function readFrames(
  { library }: Hdf5File,
  { parts, dtype }: Frames,
  [from, to]: readonly [number, number],
  { start, stop }: Region,
  cancel?: AbortSignal,
): Promise<Numeric> {
  const each = countOf(stop, start);
  const out = typed(dtype, new Uint8Array((to - from) * each * elementBytes(dtype)));
  let first = 0;
  for (const part of parts) {
    const last = first + part.shape[0]!;
    const [a, b] = [Math.max(from, first), Math.min(to, last)];
    if (a < b) {
      await library.loadFilters(part.filters, part.path);
      const region = { start: [a - first, ...start], stop: [b - first, ...stop] };
      out.set(
        (await readRegion(library, part, dtype, region, cancel)) as ArrayLike<number>,
        (a - from) * each,
      );
    }
    first = last;
  }
  return out;
}

/** Regions of a scan or a series of frames. */
function framesTile(file: Hdf5File, frames: Frames, shape: readonly number[]): Signal["tile"] {
  return async (region, stop) => {
    checkRegion(region, shape, "hdf5");
    const nav = shape.length - 2;
    const part = { start: region.start.slice(nav), stop: region.stop.slice(nav) };
    const [x0, x1] = [region.start[nav - 1]!, region.stop[nav - 1]!];
    const width = shape[nav - 1]!;
    const [y0, y1] = nav === 2 ? [region.start[0]!, region.stop[0]!] : [0, 1];
    const each = (x1 - x0) * countOf(part.stop, part.start);
    const out = typed(frames.dtype, new Uint8Array((y1 - y0) * each * elementBytes(frames.dtype)));
    for (let y = y0; y < y1 && each > 0; y++) {
      if (stop?.aborted) throw new LithoscopeError("Cancelled", `${file.source.name}: reading was cancelled`);
      const row = await readFrames(file, frames, [y * width + x0, y * width + x1], part, stop);
      out.set(row as ArrayLike<number>, (y - y0) * each);
    }
    return out;
  };
}

function metaOf(detector: H5Group | undefined, file: Hdf5File): Meta {
  const meta: Meta = {};
  const specific = childGroup(detector, "detectorSpecific");
  const value = (group: H5Group | undefined, name: string) => {
    const dataset = childDataset(group, name);
    return dataset && file.library.value(dataset);
  };
  const number = (group: H5Group | undefined, name: string) => numberOf(value(group, name));
  // DECTRIS writes the energy of the electrons where X-ray detectors have that of the photons.
  const energy = number(specific, "photon_energy");
  putQuantity(meta, "beam.energy", energy && energy / 1e3, "keV");
  putQuantity(meta, "frame.time", number(detector, "frame_time"), "s");
  putQuantity(meta, "exposure.time", number(detector, "count_time"), "s");
  const pitch = number(detector, "x_pixel_size");
  putQuantity(meta, "detector.pixel", pitch && pitch * 1e6, "µm");
  const threshold = number(detector, "threshold_energy");
  putQuantity(meta, "detector.threshold", threshold && threshold / 1e3, "keV");
  putText(meta, "detector.name", textOf(value(detector, "description")));
  putText(meta, "acquisition.date", textOf(value(specific, "data_collection_date")));
  return meta;
}

/** Navigation sizes: the scan's where the frames fill it, else their number. */
function navigation(count: number, stem: StemMetadata | undefined, notices: Notice[]): readonly number[] {
  if (!stem?.columns || !stem.rows) {
    const message = `hdf5: the scan's size is not in the file, ${count} frames are given`;
    notices.push({ code: "scan-unknown", message, flag: "--find-scan" });
    return [count];
  }
  const { rows, columns, prescan } = stem;
  if (rows * columns === count) return [rows, columns];
  if (prescan > 0 && rows * (columns + prescan) === count) {
    const message = `hdf5: each row of the scan begins with ${prescan} positions of the fly-back`;
    notices.push({ code: "prescan", message });
    return [rows, columns + prescan];
  }
  const message = `hdf5: the scan of ${columns} × ${rows} positions is not that of ${count} frames, which are given one by one`;
  notices.push({ code: "scan-unknown", message, flag: "--find-scan" });
  return [count];
}

/** Frames and pixel mask of a master file; `stem` is what the scan control wrote beside it. */
export async function dectrisItems(file: Hdf5File, stem: StemMetadata | undefined): Promise<FoundItem[]> {
  const group = childGroup(file.root, "entry", "data");
  if (!group)
    throw h5Error(`${file.source.name}: wanted the group /entry/data of a master file`, "/entry/data");
  const detector = childGroup(file.root, "entry", "instrument", "detector");
  const specific = childGroup(detector, "detectorSpecific");
  const notices: Notice[] = [];
  const frames = framesOf(group, notices);
  const planned = ["ntrigger", "nimages"].map((name) => {
    const dataset = childDataset(specific, name);
    return numberOf(dataset && file.library.value(dataset)) ?? 1;
  });
  const wanted = planned[0]! * planned[1]!;
  if (wanted > frames.count && !notices.some(({ code }) => code === "truncated")) {
    const message = `hdf5: ${wanted} frames were asked of the detector, ${frames.count} are there`;
    notices.push({ code: "truncated", message, where: group.path });
  }
  const sizes = navigation(frames.count, stem, notices);
  const named = sizes.length === 2 ? ["y", "x"] : ["frame"];
  const axes = [
    ...named.map((name, i) => {
      const axis = pixelAxis(name, "nav", sizes[i]!);
      return sizes.length === 2 && stem ? scanAxis(axis, stem, notices) : axis;
    }),
    pixelAxis("ky", "signal", frames.rows),
    pixelAxis("kx", "signal", frames.columns),
  ];
  const title = file.source.name.replace(/(_master)?\.h5$/i, "");
  const meta = { ...stem?.meta, ...metaOf(detector, file), "file.path": group.path };
  const scan: FoundItem = {
    path: group.path,
    notices,
    item: (ref) => ({
      kind: "signal",
      title,
      axes,
      dtype: frames.dtype,
      value: { name: "counts", unit: "1" },
      meta,
      block: frameBlock(axes),
      ref,
      tile: framesTile(
        file,
        frames,
        axes.map(({ size }) => size),
      ),
    }),
  };
  const mask = childDataset(specific, "pixel_mask") ?? childDataset(detector, "pixel_mask");
  if (mask?.shape.length !== 2 || !isNumeric(mask)) return [scan];
  const signal = mask.shape.map((size, i) => pixelAxis(["ky", "kx"][i]!, "signal", size));
  return [scan, foundDataset(file, mask, { title: `${title} pixel mask`, axes: signal, meta: {} })];
}

/** DECTRIS detectors (ARINA, QUADRO, ELA): a master file and its data files. */
export const dectrisDialect: Dialect = {
  id: "dectris",
  title: "DECTRIS master file (ARINA, QUADRO, ELA)",
  recognises: (root) => {
    const group = childGroup(root, "entry", "data");
    const frames = [...(group?.children.keys() ?? [])].some((name) => DATA.test(name));
    return frames && childGroup(root, "entry", "instrument", "detector", "detectorSpecific") !== undefined;
  },

  async find(file, stop) {
    const beside = file.source.name.replace(/_master(?=\.h5$)/i, "");
    const sibling = beside === file.source.name ? undefined : await siblingOf(file.source, beside);
    const stem = sibling && stemMetadata((await openTree(sibling, stop)).root);
    await sibling?.close();
    return dectrisItems(file, stem);
  },
};
