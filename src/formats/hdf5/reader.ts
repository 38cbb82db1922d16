import type { Notice, OpenOptions, Reader, Source } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { plainAxes } from "../regions.ts";
import { baseName } from "./axes.ts";
import { calibrationOf } from "./calibration.ts";
import {
  absentNotice,
  type FoundItem,
  foundDataset,
  type Hdf5File,
  isNumeric,
  isPlainName,
  isThere,
  type Meaning,
  sizeOf,
} from "./dialect.ts";
import { dialects } from "./dialects.ts";
import { syncBytes } from "./host.ts";
import { type Library, openLibrary } from "./library.ts";
import {
  datasetsOf,
  groupsOf,
  type H5Dataset,
  type H5Group,
  type H5Link,
  h5Error,
  h5Unsupported,
  parseTree,
} from "./parse.ts";
import { listsOf, pointList } from "./points.ts";

/** Datasets without a known layout that are listed, the largest first. */
const MAX_PLAIN = 64;
/** Groups whose datasets describe others. */
const SIDE = /\/(_?metadata|metadatabundle|original_metadata|learning_results|axis-\d+|calibration)(\/|$)/i;

function* linksOf(root: H5Group): Generator<H5Link> {
  for (const { group } of groupsOf(root)) {
    for (const child of group.children.values()) if (child.kind === "link") yield child;
  }
}

/**
 * Puts the files beside `source` that links and virtual datasets name where the library finds them; only files of the
 * same folder. Returns those that are not there.
 */
async function mountSiblings(
  source: Source,
  library: Library,
  files: Iterable<string>,
  stop?: AbortSignal,
): Promise<Set<string>> {
  const absent = new Set<string>();
  for (const file of new Set(files)) {
    if (file === "." || library.has(file)) continue;
    const sibling = isPlainName(file) ? await source.sibling(file) : undefined;
    if (!sibling) absent.add(file);
    else {
      library.mount(file, await syncBytes(sibling, stop));
      await sibling.close();
    }
  }
  return absent;
}

/** The tree, with links to files beside this one followed; links that lead nowhere become notices. */
async function readTree(source: Source, library: Library, notices: Notice[], stop?: AbortSignal) {
  let { root, whole } = parseTree(library);
  const outside = [...linksOf(root)].flatMap(({ file }) => (file === undefined ? [] : [file]));
  const absent = await mountSiblings(source, library, outside, stop);
  if (outside.some((file) => !absent.has(file))) ({ root, whole } = parseTree(library));
  for (const { path, file, target } of linksOf(root)) {
    const broken: Notice = {
      code: "link-broken",
      message: `hdf5: ${path} leads to ${target}, which is not there`,
    };
    notices.push(file === undefined ? { ...broken, where: path } : absentNotice(path, file));
  }
  if (!whole) {
    notices.push({
      code: "tree-cut",
      message: "hdf5: the file has more objects than are listed",
      flag: "--dataset",
    });
  }
  const virtual = [...datasetsOf(root)].flatMap(({ dataset }) => dataset.virtual);
  const gone = await mountSiblings(source, library, virtual, stop);
  return { root, gone };
}

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
    const library = await openLibrary(source, stop);
    const notices: Notice[] = [];
    const { root, gone } = await readTree(source, library, notices, stop);
    const documents: Record<string, unknown> = {};
    const file: Listing = { source, library, root, gone, options, notices, documents };
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
    const header = Object.keys(documents).length > 0 ? { ...root, documents } : root;
    return { items, header, notices: [...notices, ...found.flatMap((each) => each.notices)] };
  },
};
