import type { Axis, Notice } from "../../../core/contracts.ts";
import { pixelAxis } from "../../axes.ts";
import { fromList } from "../../stated.ts";
import { axisOf, baseName, words } from "../axes.ts";
import {
  type Dialect,
  type FoundItem,
  foundDataset,
  type Hdf5File,
  isNumeric,
  isThere,
  sizeOf,
} from "../dialect.ts";
import { childDataset, childGroup, datasetsOf, type H5Dataset, type H5Group, textOf } from "../parse.ts";

const ROOT = "4DSTEM_simulation";
/** What Prismatic calls its arrays; `data` since version 2. */
const ARRAY = /\/(datacube|realslice|data)$/;
/** Our names of Prismatic's dimensions in the order in which a signal has them: x runs along its first one. */
const NAMES: readonly (readonly [theirs: string, ours: string])[] = [
  ["R_z", "z"],
  ["R_y", "y"],
  ["R_x", "x"],
  ["Q_y", "ky"],
  ["Q_x", "kx"],
];

interface Dimension {
  readonly axis: Axis;
  /** Place in the dataset. */
  readonly at: number;
  readonly rank: number;
}

function dimensionOf(
  file: Hdf5File,
  dataset: H5Dataset,
  group: H5Group,
  at: number,
  notices: Notice[],
): Dimension {
  const size = dataset.shape[at]!;
  const dim = childDataset(group, `dim${at + 1}`);
  const stated = dim ? textOf(dim.attributes.name) : undefined;
  const rank = NAMES.findIndex(([theirs]) => theirs === stated);
  const base = pixelAxis(NAMES[rank]?.[1] ?? stated ?? `axis${at}`, "nav", size);
  const values = dim && file.library.value(dim);
  const list =
    Array.isArray(values) && values.every((v) => typeof v === "number") ? (values as number[]) : [];
  const { name: _, ...unnamed } = dim ? words(dim.attributes) : {};
  const axis =
    list.length === 0 ? base : axisOf(base, { ...fromList(list, size), ...unnamed }, group.path, notices);
  return { axis, at, rank };
}

/** Bins of a detector come before the image that each of them gives, y before x, the scan before the pattern. */
function foundArray(file: Hdf5File, dataset: H5Dataset, group: H5Group): FoundItem {
  const notices: Notice[] = [];
  const found = dataset.shape.map((_, at) => dimensionOf(file, dataset, group, at, notices));
  const sorted = found.toSorted((a, b) => a.rank - b.rank);
  const nav = Math.max(0, sorted.length - 2);
  const axes = sorted.map(({ axis }, i): Axis => ({ ...axis, role: i < nav ? "nav" : "signal" }));
  const order = sorted.map(({ at }) => at);
  return foundDataset(file, dataset, { title: baseName(group.path), axes, order, meta: {} }, notices);
}

/** Simulations of Prismatic: datacubes, detector images, potentials, one for each depth. */
export const prismaticDialect: Dialect = {
  id: "prismatic",
  title: "Prismatic",
  recognises: (root) => childGroup(root, ROOT, "data") !== undefined,

  async find(file) {
    const data = childGroup(file.root, ROOT, "data")!;
    const found = [...datasetsOf(data)].flatMap(({ dataset, groups }) => {
      const group = groups.at(-1)!;
      const known = ARRAY.test(dataset.path) && childDataset(group, "dim1") !== undefined;
      if (!known || !isNumeric(dataset) || !isThere(file, dataset)) return [];
      return [{ size: sizeOf(dataset), item: foundArray(file, dataset, group) }];
    });
    return found.sort((a, b) => b.size - a.size).map(({ item }) => item);
  },
};
