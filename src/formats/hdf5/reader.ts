import type { Item, Notice, OpenOptions, PointList, Reader, Signal, Source } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { plainAxes } from "../regions.ts";
import { baseName, type Meaning, meaningOf } from "./axes.ts";
import { calibrationOf } from "./calibration.ts";
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
import { dtypeOf, readRegion } from "./values.ts";

/** Datasets without a known layout that are listed, the largest first. */
const MAX_PLAIN = 64;
/** Groups whose datasets describe others. */
const SIDE = /\/(_?metadata|metadatabundle|original_metadata|learning_results|axis-\d+|calibration)(\/|$)/i;

interface Found {
  readonly dataset: H5Dataset;
  readonly groups: readonly H5Group[];
}

function* linksOf(root: H5Group): Generator<H5Link> {
  for (const { group } of groupsOf(root)) {
    for (const child of group.children.values()) if (child.kind === "link") yield child;
  }
}

function isPlainName(file: string): boolean {
  return file !== "" && file !== "." && file !== ".." && !/[/\\:]/.test(file);
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

function absentNotice(path: string, file: string): Notice {
  const why = isPlainName(file) ? "which is not beside it" : "which is not in the same folder";
  return { code: "file-missing", message: `hdf5: ${path} is kept in "${file}", ${why}`, where: path };
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

function isNumeric(dataset: H5Dataset): boolean {
  const { shape, type } = dataset;
  return shape.length > 0 && shape.every((n) => n > 0) && dtypeOf(type) !== undefined;
}

function sizeOf({ shape }: H5Dataset): number {
  return shape.reduce((product, n) => product * n, 1);
}

function makeSignal(
  source: Source,
  library: Library,
  found: Found,
  meaning: Meaning,
  ref: Signal["ref"],
): Signal {
  const { dataset } = found;
  const dtype = dtypeOf(dataset.type)!;
  const { chunks } = dataset;
  const axes = meaning.axes;
  return {
    kind: "signal",
    title: meaning.title,
    axes,
    dtype,
    value: { name: "value", unit: "1" },
    meta: { ...meaning.meta, "file.path": dataset.path },
    block: chunks
      ? axes.map(({ size }, i) => Math.min(size, chunks[i]!))
      : axes.map((a) => (a.role === "nav" ? 1 : a.size)),
    ref,
    async tile(region, stop) {
      if (stop?.aborted) throw new LithoscopeError("Cancelled", `${source.name}: reading was cancelled`);
      await library.loadFilters(dataset.filters, dataset.path);
      return readRegion(library, dataset, dtype, region);
    },
  };
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

interface Listing {
  readonly source: Source;
  readonly library: Library;
  readonly root: H5Group;
  readonly gone: ReadonlySet<string>;
  readonly options: OpenOptions;
  readonly notices: Notice[];
}

function refOf({ source, options }: Listing, item: number): Signal["ref"] {
  return { source: source.ref, format: "hdf5", item, options };
}

function pointLists(listing: Listing, wanted: (path: string) => boolean): PointList[] {
  const { library, root, notices } = listing;
  const places: { from: H5Dataset | H5Group; groups: readonly H5Group[] }[] = [
    ...[...datasetsOf(root)].map(({ dataset, groups }) => ({ from: dataset, groups })),
    ...[...groupsOf(root)].map(({ group, groups }) => ({ from: group, groups })),
  ];
  const items: PointList[] = [];
  for (const { from, groups } of places.filter((place) => wanted(place.from.path))) {
    const lists = listsOf(library, from);
    if (!lists) continue;
    const { title, calibrated } = listTitle(from, groups);
    const calibration = calibrationOf(library, groups);
    // A calibrated copy of what the calibration gives from the list beside it.
    const beside = groups.at(-1)?.children.has("_v_uncal") || groups.at(-2)?.children.has("_v_uncal");
    if (calibrated && beside && calibration) continue;
    items.push(pointList(lists, title, calibrated, calibration, refOf(listing, items.length), notices));
  }
  return items;
}

/** Refuses or drops a virtual dataset whose values lie in files that are not there: it would read as zeros. */
function isThere({ gone, notices }: Listing, dataset: H5Dataset): boolean {
  const file = dataset.virtual.find((name) => gone.has(name));
  if (file !== undefined) notices.push(absentNotice(dataset.path, file));
  return file === undefined;
}

function signals(listing: Listing, first: number): Signal[] {
  const { source, library, root, notices } = listing;
  const numeric = [...datasetsOf(root)].filter(
    ({ dataset }) => isNumeric(dataset) && isThere(listing, dataset),
  );
  const known = numeric.flatMap((found) => {
    const meaning = meaningOf(library, found.dataset, found.groups, notices);
    return meaning ? [{ found, meaning }] : [];
  });
  const bySize = (a: { dataset: H5Dataset }, b: { dataset: H5Dataset }) =>
    sizeOf(b.dataset) - sizeOf(a.dataset);
  known.sort((a, b) => bySize(a.found, b.found));
  const plain = numeric
    .filter(({ dataset }) => !SIDE.test(dataset.path) && sizeOf(dataset) > 1)
    .sort(bySize)
    .slice(0, MAX_PLAIN)
    .map((found) => ({ found, meaning: plainMeaning(found.dataset) }));
  const chosen = known.length + first > 0 ? known : plain;
  const absent = notices.find(({ code }) => code === "file-missing");
  // A detector's master file without its data still holds flat fields and masks, which nobody asked for.
  if (chosen === plain && absent) throw h5Error(absent.message.replace(/^hdf5: /, ""), absent.where);
  if (chosen === plain && plain.length > 0) {
    const message = "hdf5: the layout of this file is not known, its datasets are listed with axes in px";
    notices.push({ code: "uncalibrated", message });
  }
  return chosen.map(({ found, meaning }, i) =>
    makeSignal(source, library, found, meaning, refOf(listing, first + i)),
  );
}

function plainMeaning(dataset: H5Dataset): Meaning {
  return { title: dataset.path.slice(1), axes: plainAxes(dataset.shape), meta: {} };
}

/**
 * The one item at a path.
 *
 * @throws Usage if nothing is there; Unsupported if it is neither numbers nor points
 */
function itemAt(listing: Listing, dataset: string): Item {
  const { library, root, source, notices, gone } = listing;
  const path = `/${dataset.replace(/^\/+|\/+$/g, "")}`;
  const below = (other: string) => other === path || other === `${path}/data`;
  const points = pointLists(listing, below)[0];
  if (points) return points;
  const found = [...datasetsOf(root)].find((entry) => below(entry.dataset.path));
  if (!found) {
    const some = [...datasetsOf(root)].slice(0, 5).map((entry) => entry.dataset.path);
    const message = `--dataset: ${source.name} has no dataset ${path}, it has ${some.join(", ") || "none"}`;
    throw new LithoscopeError("Usage", message, { path: "--dataset", expected: "a path in the file" });
  }
  const missing = found.dataset.virtual.find((name) => gone.has(name));
  if (missing !== undefined) throw h5Error(absentNotice(path, missing).message.replace(/^hdf5: /, ""), path);
  if (!isNumeric(found.dataset)) {
    throw h5Unsupported(
      `${path} is not an array of numbers (${found.dataset.type.kind})`,
      found.dataset.type.kind,
    );
  }
  const meaning = meaningOf(library, found.dataset, found.groups, notices) ?? plainMeaning(found.dataset);
  return makeSignal(source, library, found, meaning, refOf(listing, 0));
}

export const reader: Reader = {
  async open(source, stop, options = {}) {
    const library = await openLibrary(source, stop);
    const notices: Notice[] = [];
    const { root, gone } = await readTree(source, library, notices, stop);
    const listing: Listing = { source, library, root, gone, options, notices };
    if (options.dataset !== undefined) {
      return { items: [itemAt(listing, options.dataset)], header: root, notices };
    }
    const points = pointLists(listing, () => true);
    const items: Item[] = [...points, ...signals(listing, points.length)];
    if (items.length === 0) {
      throw h5Unsupported(`${source.name} holds no array of numbers and no list of points`, "no numbers");
    }
    return { items, header: root, notices };
  },
};
