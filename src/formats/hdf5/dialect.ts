import type { Axis, Item, Notice, Quantity, Signal, Source } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import type { Library } from "./library.ts";
import { datasetsOf, type H5Dataset, type H5Group } from "./parse.ts";
import { dtypeOf, type Layout, readOrdered } from "./values.ts";

/** A file that is open: what a dialect looks at. */
export interface Hdf5File {
  readonly source: Source;
  readonly library: Library;
  readonly root: H5Group;
  /** Files beside this one that links and virtual datasets name and that are not there. */
  readonly gone: ReadonlySet<string>;
  /** What concerns the whole file; what concerns one item goes with it. */
  readonly notices: Notice[];
  /** The file's own documents that a dialect took apart, such as JSON and XML, by name; kept beside the tree. */
  readonly documents: Record<string, unknown>;
}

/** Something that a dialect found; it becomes an item once its place in the list is known. */
export interface FoundItem {
  /** Group or dataset it comes from: `--dataset` takes this path, or that of the group around a dataset "data". */
  readonly path: string;
  readonly notices: readonly Notice[];
  item(ref: Signal["ref"]): Item;
}

/** One way of laying out measurements in HDF5. The registry asks in its order; the first that finds items wins. */
export interface Dialect {
  readonly id: string;
  readonly title: string;
  /** By the names of groups, types and attributes; nothing is read. */
  recognises(root: H5Group): boolean;
  /**
   * Items in the order in which they are shown; headers are read, pixels are not. An empty list hands the file on.
   *
   * @throws Format or Unsupported where the file is of this dialect and cannot be read
   */
  find(file: Hdf5File, stop?: AbortSignal): Promise<readonly FoundItem[]>;
}

/** What a dialect says about a dataset. */
export interface Meaning {
  readonly title: string;
  /** Navigation axes first. */
  readonly axes: readonly Axis[];
  readonly meta: Readonly<Record<string, Quantity | string>>;
  /** Axis i of the signal is axis order[i] of the dataset; left out where they are the dataset's own, in its order. */
  readonly order?: Layout["order"];
  /** Index along the axes of the dataset that are none of the signal's; 0 where left out. */
  readonly at?: Layout["at"];
  readonly value?: Signal["value"];
}

/** Whether a dataset is an array of numbers that a signal can hold. */
export function isNumeric({ shape, type }: H5Dataset): boolean {
  return shape.length > 0 && shape.every((n) => n > 0) && dtypeOf(type) !== undefined;
}

/** Values of a dataset. */
export function sizeOf({ shape }: H5Dataset): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** A dataset of numbers as a signal that reads it by region. */
export function datasetSignal(
  { source, library }: Pick<Hdf5File, "source" | "library">,
  dataset: H5Dataset,
  meaning: Meaning,
  ref: Signal["ref"],
): Signal {
  const dtype = dtypeOf(dataset.type)!;
  const { axes, order = axes.map((_, i) => i), at = {} } = meaning;
  const { chunks } = dataset;
  return {
    kind: "signal",
    title: meaning.title,
    axes,
    dtype,
    value: meaning.value ?? { name: "value", unit: "1" },
    meta: { ...meaning.meta, "file.path": dataset.path },
    block: axes.map(({ size, role }, i) =>
      chunks ? Math.min(size, chunks[order[i]!]!) : role === "nav" ? 1 : size,
    ),
    ref,
    async tile(region, stop) {
      if (stop?.aborted) throw new LithoscopeError("Cancelled", `${source.name}: reading was cancelled`);
      await library.loadFilters(dataset.filters, dataset.path);
      return readOrdered(library, dataset, dtype, region, { order, at }, stop);
    },
  };
}

/** A dataset with its meaning as something found. */
export function foundDataset(
  file: Hdf5File,
  dataset: H5Dataset,
  meaning: Meaning,
  notices: readonly Notice[] = [],
): FoundItem {
  return { path: dataset.path, notices, item: (ref) => datasetSignal(file, dataset, meaning, ref) };
}

/** Whether the values of a virtual dataset are there; if not it would read as zeros, so it is dropped with a notice. */
export function isThere({ gone, notices }: Hdf5File, dataset: H5Dataset): boolean {
  const file = dataset.virtual.find((name) => gone.has(name));
  if (file !== undefined) notices.push(absentNotice(dataset.path, file));
  return file === undefined;
}

/** Says that a file is not there that `path` is kept in. */
export function absentNotice(path: string, file: string): Notice {
  const why = isPlainName(file) ? "which is not beside it" : "which is not in the same folder";
  return { code: "file-missing", message: `hdf5: ${path} is kept in "${file}", ${why}`, where: path };
}

/** Whether a name leads to the same folder and nowhere else. */
export function isPlainName(file: string): boolean {
  return file !== "" && file !== "." && file !== ".." && !/[/\\:]/.test(file);
}

/**
 * For layouts that describe a dataset "data" or "datacube" by what lies beside it: those that `meaningOf` knows, the
 * largest first.
 */
export function describedDatasets(
  file: Hdf5File,
  meaningOf: (
    library: Library,
    dataset: H5Dataset,
    groups: readonly H5Group[],
    notices: Notice[],
  ) => Meaning | undefined,
): FoundItem[] {
  const found = [...datasetsOf(file.root)].flatMap(({ dataset, groups }) => {
    if (!/\/data(cube)?$/i.test(dataset.path) || !isNumeric(dataset) || !isThere(file, dataset)) return [];
    const notices: Notice[] = [];
    const meaning = meaningOf(file.library, dataset, groups, notices);
    return meaning ? [{ size: sizeOf(dataset), item: foundDataset(file, dataset, meaning, notices) }] : [];
  });
  return found.sort((a, b) => b.size - a.size).map(({ item }) => item);
}
