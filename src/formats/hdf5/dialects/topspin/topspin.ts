import type { Axis, Notice, Signal } from "../../../../core/contracts.ts";
import { LithoscopeError } from "../../../../core/errors.ts";
import { calibratedAxis, frameBlock, type Meta, pixelAxis, putQuantity, putText } from "../../../axes.ts";
import { checkRegion, countOf, elementBytes, stridesOf, typed } from "../../../regions.ts";
import { baseName } from "../../axes.ts";
import { type Dialect, type FoundItem, foundDataset, type Hdf5File, isNumeric } from "../../dialect.ts";
import { childDataset, type H5Dataset, type H5Group, h5Error, textOf } from "../../parse.ts";
import { dtypeOf, readRegion } from "../../values.ts";
import {
  type ArrayCalibration,
  isGuid,
  type PatternDocument,
  type Procedure,
  parsePattern,
  parseProcedure,
  proceduresOf,
} from "./parse.ts";
import { type Scan, scanOf } from "./scan.ts";

const DEGREE = Math.PI / 180;

/** The axis in nm or rad: the file counts in metres and, as its precession angle shows, in radians. */
function axisOf(base: Axis, calibration: ArrayCalibration | undefined, notices: Notice[]): Axis {
  if (!calibration) return base;
  const { offset, scale, type } = calibration;
  if (type === "Position") return calibratedAxis(base, "nm", scale * 1e9, offset * 1e9);
  if (type !== "Angle") return base;
  const message = `hdf5: "Angle" is the unit of the pattern's axes, radians are assumed`;
  if (!notices.some((notice) => notice.message === message))
    notices.push({ code: "unit-assumed", message, flag: "--pixel-size" });
  return { ...calibratedAxis(base, "rad", scale, offset), from: "assumed" };
}

/** "06/13/2024 13:42:52" is month, day, year; the zone is not stated. */
function dateText(text: string | undefined): string | undefined {
  const parts = /^(\d\d)\/(\d\d)\/(\d{4}) (\d\d:\d\d:\d\d)$/.exec(text ?? "");
  return parts ? `${parts[3]}-${parts[1]}-${parts[2]}T${parts[4]}` : text;
}

function metaOf({ named, fields }: Procedure): Meta {
  const meta: Meta = {};
  const number = (name: string) => (named[name]?.trim() ? Number(named[name]) : undefined);
  const scaled = (name: string, factor: number) => {
    const value = number(name);
    return value === undefined ? undefined : value * factor;
  };
  putQuantity(meta, "beam.energy", scaled("GunHighVoltage", 1e-3), "keV");
  putQuantity(meta, "camera.length", scaled("DiffractionCameraLength", 1e3), "mm");
  putQuantity(meta, "scan.rotation", scaled("ScanRotation", 1 / DEGREE), "deg");
  const off = named.IsPrecessionEnabled === "False";
  const precession = scaled("PrecessionHardwarePrecessionAngle", 1 / DEGREE);
  putQuantity(meta, "beam.precession", off ? 0 : precession, "deg");
  putText(meta, "acquisition.date", dateText(fields.StartDateTime));
  putText(meta, "instrument.name", fields.SystemName);
  putText(meta, "detector.name", named.Camera);
  return meta;
}

interface Patterns {
  readonly group: H5Group;
  /** Numbers of the patterns, in order. */
  readonly names: readonly string[];
  readonly first: H5Dataset;
}

/** A result that is a series: one group per pattern, numbered from 0. The XML's count is that of the whole series. */
function patternsOf({ library }: Hdf5File, group: H5Group): Patterns | undefined {
  const names = group.closed.filter((name) => /^\d+$/.test(name)).sort((a, b) => Number(a) - Number(b));
  const first = names.length > 0 ? library.object(`${group.path}/${names[0]}/Data`) : undefined;
  if (first?.kind !== "dataset" || first.shape.length !== 2 || !isNumeric(first)) return undefined;
  return { group, names, first };
}

async function documentOf({ library }: Hdf5File, patterns: Patterns, at: number): Promise<PatternDocument> {
  const path = `${patterns.group.path}/${patterns.names[at]}/Metadata`;
  const dataset = library.object(path);
  const text = dataset?.kind === "dataset" ? textOf(library.value(dataset)) : undefined;
  return text === undefined ? { calibration: undefined, position: undefined } : parsePattern(text);
}

/** The pixels of patterns, one dataset each; those that a scan broken off does not have are NaN or 0. */
function patternsTile(
  { library, source }: Hdf5File,
  { group, names, first }: Patterns,
  shape: readonly number[],
): Signal["tile"] {
  const dtype = dtypeOf(first.type)!;
  const strides = stridesOf(shape.slice(0, -2));
  return async (region, stop) => {
    checkRegion(region, shape, "hdf5");
    await library.loadFilters(first.filters, first.path);
    const nav = strides.length;
    const part = { start: region.start.slice(nav), stop: region.stop.slice(nav) };
    const each = countOf(part.stop, part.start);
    const sizes = strides.map((_, i) => region.stop[i]! - region.start[i]!);
    const inner = stridesOf(sizes);
    const frames = each > 0 ? countOf(sizes) : 0;
    const out = typed(dtype, new Uint8Array(frames * each * elementBytes(dtype)));
    for (let k = 0; k < frames; k++) {
      if (stop?.aborted) throw new LithoscopeError("Cancelled", `${source.name}: reading was cancelled`);
      let frame = 0;
      for (let i = 0; i < nav; i++)
        frame += (region.start[i]! + (Math.floor(k / inner[i]!) % sizes[i]!)) * strides[i]!;
      if (frame >= names.length) {
        if (out instanceof Float32Array || out instanceof Float64Array)
          out.fill(Number.NaN, k * each, (k + 1) * each);
        continue;
      }
      const path = `${group.path}/${names[frame]}/Data`;
      const found = library.object(path);
      const same = found?.kind === "dataset" && found.shape.join() === first.shape.join();
      if (!same || dtypeOf(found.type) !== dtype)
        throw h5Error(`${path}: wanted a pattern like ${first.path}`, path);
      const values = await readRegion(library, found, dtype, part, stop);
      out.set(values as ArrayLike<number>, k * each);
    }
    return out;
  };
}

/** Navigation axes of a scan; a scan that is turned has no start along its own axes. */
function navigationAxes({ columns, rows, across, down, start }: Scan): Axis[] {
  const steps: Axis[] = [];
  const straight = across[1] === 0 && down[0] === 0;
  const axis = (name: "x" | "y", size: number, step: number, at: number) =>
    calibratedAxis(pixelAxis(name, "nav", size), "nm", step * 1e9, straight ? at * 1e9 : 0);
  if (rows > 1) steps.push(axis("y", rows, straight ? down[1] : Math.hypot(...down), start[1]));
  if (columns > 1) steps.push(axis("x", columns, straight ? across[0] : Math.hypot(...across), start[0]));
  return steps;
}

async function scanItem(
  file: Hdf5File,
  patterns: Patterns,
  title: string,
  meta: Meta,
  stop?: AbortSignal,
): Promise<FoundItem> {
  const { names, first, group } = patterns;
  const notices: Notice[] = [];
  const { calibration } = await documentOf(file, patterns, 0);
  const scan = await scanOf(async (at) => {
    if (stop?.aborted) throw new LithoscopeError("Cancelled", `${file.source.name}: opening was cancelled`);
    return (await documentOf(file, patterns, at)).position;
  }, names.length);
  if (!scan) {
    const message = `hdf5: the beam positions of ${names.length} patterns make no scan along rows, they are given one by one`;
    notices.push({ code: "scan-unknown", message, where: group.path, flag: "--shape" });
  } else if (scan.rows * scan.columns > names.length) {
    const message = `hdf5: the last row of the scan has ${names.length % scan.columns} of ${scan.columns} patterns`;
    notices.push({ code: "truncated", message, where: group.path });
  }
  const [rows, columns] = first.shape as [number, number];
  const axes = [
    ...(scan ? navigationAxes(scan) : [pixelAxis("frame", "nav", names.length)]),
    axisOf(pixelAxis("ky", "signal", rows), calibration?.y, notices),
    axisOf(pixelAxis("kx", "signal", columns), calibration?.x, notices),
  ];
  const shape = axes.map(({ size }) => size);
  return {
    path: group.path,
    notices,
    item: (ref) => ({
      kind: "signal",
      title,
      axes,
      dtype: dtypeOf(first.type)!,
      value: { name: "counts", unit: "1" },
      meta: { ...meta, "file.path": group.path },
      block: frameBlock(axes),
      ref,
      tile: patternsTile(file, patterns, shape),
    }),
  };
}

function imageItem(file: Hdf5File, dataset: H5Dataset, procedure: Procedure, meta: Meta): FoundItem {
  const calibration = procedure.images.get(baseName(dataset.path));
  const notices: Notice[] = [];
  const axes = (["y", "x"] as const).map((name, i) =>
    axisOf(pixelAxis(name, "signal", dataset.shape[i]!), calibration?.[name], notices),
  );
  const title = `${procedure.title || baseName(dataset.path)}: virtual image`;
  return foundDataset(file, dataset, { title, axes, meta }, notices);
}

/** Scans and images of NanoMEGAS TopSpin: a procedure's document in XML, its results named by GUIDs. */
export const topspinDialect: Dialect = {
  id: "topspin",
  title: "NanoMEGAS TopSpin (.app5)",
  recognises: (root) => proceduresOf(root).length > 0,

  async find(file, stop) {
    const scans: FoundItem[] = [];
    const images: FoundItem[] = [];
    for (const group of proceduresOf(file.root)) {
      const text = textOf(file.library.value(childDataset(group, "Metadata")!));
      if (text === undefined) continue;
      const procedure = await parseProcedure(text);
      file.documents[group.path] = procedure;
      const meta = metaOf(procedure);
      for (const [name, object] of group.children) {
        if (!isGuid(name)) continue;
        if (object.kind === "dataset" && object.shape.length === 2 && isNumeric(object))
          images.push(imageItem(file, object, procedure, meta));
        const patterns = object.kind === "group" ? patternsOf(file, object) : undefined;
        if (patterns) scans.push(await scanItem(file, patterns, procedure.title || name, meta, stop));
      }
    }
    return [...scans, ...images];
  },
};
