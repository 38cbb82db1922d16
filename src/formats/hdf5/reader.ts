import type { OpenOptions, Reader } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { CARRIED } from "../carried-header.ts";
import { plainAxes } from "../regions.ts";
import { baseName } from "./axes.ts";
import { calibrationOf } from "./calibration.ts";
import {
  absentNotice,
  type FoundItem,
  foundDataset,
  type Hdf5File,
  isNumeric,
  isThere,
  type Meaning,
  sizeOf,
} from "./dialect.ts";
import { dialects } from "./dialects.ts";
import { datasetsOf, groupsOf, type H5Dataset, type H5Group, h5Error, h5Unsupported } from "./parse.ts";
import { listsOf, pointList } from "./points.ts";
import { openTree } from "./tree.ts";

/** Datasets without a known layout that are listed, the largest first. */
const MAX_PLAIN = 64;
/** Groups whose datasets describe others. */
const SIDE = /\/(_?metadata|metadatabundle|original_metadata|learning_results|axis-\d+|calibration)(\/|$)/i;

/** A title for a point list: py4DSTEM names the lists inside a group "_v_uncal" and "_v_cal". */
function listTitle(
  from: H5Dataset | H5Group,
  groups: readonly H5Group[],
): { title: string; calibrated: boolean } {
  const names = [...groups.map(({ path }) => baseName(path)), baseName(from.path)].filter(
    (name) => name !== "data",
  );
  const own = names.at(-1) || "points";
  const inner = /^_v_(un)?cal$/.test(own);
  return { title: inner ? (names.at(-2) ?? own) : own, calibrated: /cal/i.test(own) && !/uncal/i.test(own) };
}

interface Listing extends Hdf5File {
  readonly options: OpenOptions;
}

/** What is found before its place in the list is known. */
function pointLists({ library, root }: Hdf5File): FoundItem[] {
  const places: { from: H5Dataset | H5Group; groups: readonly H5Group[] }[] = [
    ...[...datasetsOf(root)].map(({ dataset, groups }) => ({ from: dataset, groups })),
    ...[...groupsOf(root)].map(({ group, groups }) => ({ from: group, groups })),
  ];
  return places.flatMap(({ from, groups }) => {
    const lists = listsOf(library, from);
    if (!lists) return [];
    const { title, calibrated } = listTitle(from, groups);
    const calibration = calibrationOf(library, groups);
    // A calibrated copy of what the calibration gives from the list beside it.
    const beside = groups.at(-1)?.children.has("_v_uncal") || groups.at(-2)?.children.has("_v_uncal");
    if (calibrated && beside && calibration) return [];
    const { make, notices } = pointList(lists, title, calibrated, calibration);
    return [{ path: from.path, notices, item: make }];
  });
}

/** Items of the first dialect that finds any. */
async function dialectItems(file: Hdf5File, stop?: AbortSignal): Promise<readonly FoundItem[]> {
  for (const dialect of dialects) {
    if (!dialect.recognises(file.root)) continue;
    const found = await dialect.find(file, stop);
    if (found.length > 0) return found;
  }
  return [];
}

/** The largest datasets of a file in no layout that is known. */
function plainItems(file: Hdf5File): FoundItem[] {
  const plain = [...datasetsOf(file.root)]
    .map(({ dataset }) => dataset)
    .filter((dataset) => isNumeric(dataset) && !SIDE.test(dataset.path) && sizeOf(dataset) > 1)
    .filter((dataset) => isThere(file, dataset))
    .sort((a, b) => sizeOf(b) - sizeOf(a))
    .slice(0, MAX_PLAIN);
  const absent = file.notices.find(({ code }) => code === "file-missing");
  // A detector's master file without its data still holds flat fields and masks, which nobody asked for.
  if (absent) throw h5Error(absent.message.replace(/^hdf5: /, ""), absent.where);
  if (plain.length > 0) {
    const message = "hdf5: the layout of this file is not known, its datasets are listed with axes in px";
    file.notices.push({ code: "uncalibrated", message });
  }
  return plain.map((dataset) => foundDataset(file, dataset, plainMeaning(dataset)));
}

function plainMeaning(dataset: H5Dataset): Meaning {
  return { title: dataset.path.slice(1), axes: plainAxes(dataset.shape), meta: {} };
}

/**
 * What is at a path: a point list, what a dialect makes of it, or a plain dataset.
 *
 * @throws Usage if nothing is there; Unsupported if it is neither numbers nor points
 */
async function itemAt(file: Listing, dataset: string, stop?: AbortSignal): Promise<FoundItem> {
  const { root, source, gone } = file;
  const path = `/${dataset.replace(/^\/+|\/+$/g, "")}`;
  const below = (other: string) => other === path || other.replace(/\/data$/i, "") === path;
  const known = [...pointLists(file), ...(await dialectItems(file, stop))].find((item) => below(item.path));
  if (known) return known;
  const found = [...datasetsOf(root)].find((entry) => below(entry.dataset.path))?.dataset;
  if (!found) {
    const some = [...datasetsOf(root)].slice(0, 5).map((entry) => entry.dataset.path);
    const message = `--dataset: ${source.name} has no dataset ${path}, it has ${some.join(", ") || "none"}`;
    throw new LithoscopeError("Usage", message, { path: "--dataset", expected: "a path in the file" });
  }
  const missing = found.virtual.find((name) => gone.has(name));
  if (missing !== undefined) throw h5Error(absentNotice(path, missing).message.replace(/^hdf5: /, ""), path);
  if (!isNumeric(found)) {
    throw h5Unsupported(`${path} is not an array of numbers (${found.type.kind})`, found.type.kind);
  }
  return foundDataset(file, found, plainMeaning(found));
}

export const reader: Reader = {
  async open(source, stop, options = {}) {
    const file: Listing = { ...(await openTree(source, stop)), options };
    const { root, notices, documents } = file;
    let found: readonly FoundItem[];
    if (options.dataset !== undefined) found = [await itemAt(file, options.dataset, stop)];
    else {
      found = [...pointLists(file), ...(await dialectItems(file, stop))];
      if (found.length === 0) found = plainItems(file);
    }
    if (found.length === 0) {
      throw h5Unsupported(`${source.name} holds no array of numbers and no list of points`, "no numbers");
    }
    const items = found.map(({ item }, i) => item({ source: source.ref, format: "hdf5", item: i, options }));
    const { [CARRIED]: carried, ...own } = documents;
    const header = {
      ...root,
      ...(Object.keys(own).length > 0 && { documents: own }),
      ...(carried !== undefined && { [CARRIED]: carried }),
    };
    return { items, header, notices: [...notices, ...found.flatMap((each) => each.notices)] };
  },
};
