import type { Axis, Column, Notice, PointList, Quantity } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { type Calibration, calibratePoints } from "./calibration.ts";
import type { Library } from "./library.ts";
import type { H5Dataset, H5Group, H5Type } from "./parse.ts";
import { scalarReader } from "./values.ts";

/** Points of flat positions from … to − 1 in the file's own columns. */
interface Lists {
  readonly names: readonly string[];
  readonly shape: readonly number[];
  read(from: number, to: number): { offsets: Uint32Array; columns: Record<string, Float64Array> };
}

/** The compound of a dataset of lists; undefined if it is none. */
export function listElement({ type }: H5Dataset): H5Type | undefined {
  const element = type.kind === "list" && type.element?.kind === "compound" ? type.element : undefined;
  return element?.members.some((member) => scalarReader(member.type)) ? element : undefined;
}

/** Variable-length rows of a compound, as py4DSTEM 0.9 and later and emdfile write them. */
function variableLists(library: Library, dataset: H5Dataset, element: H5Type): Lists {
  const members = element.members.flatMap((member) => {
    const read = scalarReader(member.type);
    return read ? [{ ...member, read }] : [];
  });
  const { shape } = dataset;
  const width = shape.slice(1).reduce((product, n) => product * n, 1);

  function read(from: number, to: number) {
    const first = Math.floor(from / width);
    const rows = Math.max(0, Math.ceil(to / width) - first);
    const start = shape.map((_, i) => (i === 0 ? first : 0));
    const count = shape.map((size, i) => (i === 0 ? rows : size));
    const { lengths, bytes } = library.readLists(dataset, start, count);
    const before = lengths.subarray(0, from - first * width).reduce((sum, n) => sum + n, 0);
    const wanted = lengths.subarray(from - first * width, to - first * width);
    const offsets = new Uint32Array(wanted.length + 1);
    for (let i = 0; i < wanted.length; i++) offsets[i + 1] = offsets[i]! + wanted[i]!;
    const total = offsets[wanted.length]!;
    const view = new DataView(bytes.buffer, before * element.size, total * element.size);
    const columns: Record<string, Float64Array> = {};
    for (const { name, offset, read: number } of members) {
      const column = new Float64Array(total);
      for (let i = 0; i < total; i++) column[i] = number(view, i * element.size + offset);
      columns[name] = column;
    }
    return { offsets, columns };
  }
  return { names: members.map(({ name }) => name), shape, read };
}

/** One group per scan point with one dataset per column, as py4DSTEM before 0.9 wrote them. */
function numberedLists(library: Library, group: H5Group): Lists | undefined {
  const places = group.closed.map((name) => name.split("_").map(Number) as [number, number]);
  const shape = [0, 1].map((i) => 1 + places.reduce((most, place) => Math.max(most, place[i]!), 0));
  if (shape[0]! * shape[1]! > 4 * places.length + 1e4) return undefined;
  const present = new Set(group.closed);
  const first = `${group.path}/${group.closed[0]}`;
  const leaves = new Map<string, string>();
  for (const name of library.names(first)) {
    const leaf =
      library.object(`${first}/${name}`)?.kind === "group" ? library.names(`${first}/${name}`)[0] : "";
    if (leaf !== undefined) leaves.set(name, leaf === "" ? name : `${name}/${leaf}`);
  }
  if (leaves.size === 0) return undefined;

  function column(place: string, leaf: string): readonly number[] {
    const object = library.object(`${group.path}/${place}/${leaf}`);
    if (object?.kind !== "dataset" || object.shape.some((n) => n === 0)) return [];
    const value = library.value(object);
    return Array.isArray(value) ? (value as number[]) : [];
  }

  function read(from: number, to: number) {
    const lists: Record<string, (readonly number[])[]> = {};
    const offsets = new Uint32Array(to - from + 1);
    for (const [name, leaf] of leaves) {
      lists[name] = Array.from({ length: to - from }, (_, i) => {
        const place = `${Math.floor((from + i) / shape[1]!)}_${(from + i) % shape[1]!}`;
        return present.has(place) ? column(place, leaf) : [];
      });
    }
    const lengths = Object.values(lists)[0]!.map(({ length }) => length);
    for (let i = 0; i < lengths.length; i++) offsets[i + 1] = offsets[i]! + lengths[i]!;
    const columns: Record<string, Float64Array> = {};
    for (const [name, rows] of Object.entries(lists)) columns[name] = Float64Array.from(rows.flat());
    return { offsets, columns };
  }
  return { names: [...leaves.keys()], shape, read };
}

/** Lists of a dataset or of a group of numbered lists; undefined if it holds none. */
export function listsOf(library: Library, from: H5Dataset | H5Group): Lists | undefined {
  if (from.kind === "group")
    return from.closed.some((name) => name.includes("_")) ? numberedLists(library, from) : undefined;
  const element = listElement(from);
  return element && variableLists(library, from, element);
}

const FRAME =
  "qx along detector columns (right), qy along detector rows (down); py4DSTEM's own qx runs along rows: the two names are exchanged here";

function navigationOf(shape: readonly number[], calibration: Calibration | undefined): Axis[] {
  const unit = calibration?.stepUnit;
  const known = unit !== undefined && unit !== "none" && (calibration?.stepSize ?? 0) > 0;
  const scale = known
    ? ({ unit, scale: calibration!.stepSize!, from: "file" } as const)
    : ({ unit: "px", scale: 1, from: "none" } as const);
  return shape.map((size, i) => {
    const name = shape.length === 2 ? ["y", "x"][i]! : `axis${i}`;
    return { name, role: "nav", size, offset: 0, ...scale };
  });
}

/** The unit of q and where it comes from; what is not known becomes a notice. */
function unitOfQ(
  title: string,
  calibrated: boolean,
  calibration: Calibration | undefined,
  notices: Notice[],
) {
  const unit = calibration?.pixelUnit;
  const named = unit !== undefined && unit !== "none";
  if (calibrated && named) return { unit, from: "file" };
  if (calibrated) {
    const message = `hdf5: "${title}" holds calibrated points and no unit, py4DSTEM's 1/Å is assumed`;
    notices.push({ code: "unit-assumed", message, where: title, flag: "--pixel-size" });
    return { unit: "1/Å", from: "assumed" };
  }
  if (named && calibration?.pixelSize !== undefined) return { unit, from: "file" };
  const message = `hdf5: "${title}" holds points in px, the file has no calibration for them`;
  notices.push({ code: "uncalibrated", message, where: title, flag: "--pixel-size" });
  return { unit: "px", from: "none" };
}

/**
 * A point list with py4DSTEM's calibration applied and its frame (x down, y right) turned into ours (x right, y down):
 * the columns qx and qy are exchanged, the scan's rows are y.
 */
export function pointList(
  lists: Lists,
  title: string,
  calibrated: boolean,
  calibration: Calibration | undefined,
): { notices: Notice[]; make(ref: PointList["ref"]): PointList } {
  const notices: Notice[] = [];
  const bragg = lists.names.includes("qx") && lists.names.includes("qy");
  const { unit, from } = bragg
    ? unitOfQ(title, calibrated, calibration, notices)
    : { unit: "px", from: "none" };
  const apply = bragg && !calibrated && calibration ? calibration : undefined;
  if (apply && !(apply.qx0 && apply.qy0)) {
    const message = `hdf5: the file does not say where the direct beam is, "${title}" counts from the detector's corner`;
    notices.push({ code: "origin-unknown", message, where: title });
  }
  const used = unit === "px" && apply ? { ...apply, pixelSize: 1 } : apply;
  const names = bragg
    ? ["qx", "qy", ...lists.names.filter((name) => name !== "qx" && name !== "qy")]
    : lists.names;
  const columns: Column[] = names.map((name) => {
    const own = name === "qx" || name === "qy" ? unit : name === "x" || name === "y" ? "px" : "1";
    return { name, unit: own, type: "number" };
  });
  const rotation = calibration?.rotation;
  const meta: Record<string, Quantity | string> = { "q.from": from };
  if (bragg) meta["q.frame"] = FRAME;
  if (used?.pixelSize !== undefined && unit !== "px")
    meta["q.pixel"] = { value: used.pixelSize, unit, from: "file" };
  if (rotation !== undefined) {
    meta["detector.rotation"] = { value: (rotation * 180) / Math.PI, unit: "deg", from: "file" };
  }
  const navigation = navigationOf(lists.shape, calibration);
  const total = lists.shape.reduce((product, n) => product * n, 1);

  const list: Omit<PointList, "ref"> = {
    kind: "points",
    title,
    navigation,
    columns,
    meta,
    async points(first, last, stop) {
      if (stop?.aborted) throw new LithoscopeError("Cancelled", `${title}: reading was cancelled`);
      if (
        !(Number.isInteger(first) && Number.isInteger(last) && first >= 0 && first <= last && last <= total)
      ) {
        const message = `hdf5: positions ${first} to ${last} leave the scan of ${total}`;
        throw new LithoscopeError("Usage", message, { path: "positions", expected: "positions of the scan" });
      }
      const read = lists.read(first, last);
      if (!bragg) return read;
      const { qx, qy } = read.columns as { qx: Float64Array; qy: Float64Array };
      for (let i = 0; used && i < last - first; i++) {
        calibratePoints(used, first + i, qx, qy, read.offsets[i]!, read.offsets[i + 1]!);
      }
      return { offsets: read.offsets, columns: { ...read.columns, qx: qy, qy: qx } };
    },
  };
  return { notices, make: (ref) => ({ ...list, ref }) };
}
