import type { Axis, Notice, OpenOptions, Reader, Signal, Source } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { CARRIED } from "../carried-header.ts";
import { transposedTile } from "../frames.ts";
import { hyperspyMeaning, isRagged, raggedError } from "../hyperspy.ts";
import { type OpenArray, openArray } from "./array.ts";
import { axesOf } from "./axes.ts";
import { experimentsOf } from "./hyperspy.ts";
import { loadZarr } from "./library.ts";
import { nodeKind, parseJson, type ZarrNode, zarrError, zarrUnsupported } from "./parse.ts";
import { storeOf } from "./store.ts";
import { arraysOf, readTree, type ZarrTree } from "./tree.ts";

const MAX_METADATA = 2 ** 24;
/** Arrays that become items; the others are named by --dataset. */
const MAX_ITEMS = 256;

interface Opening {
  readonly source: Source;
  readonly tree: ZarrTree;
  readonly options: OpenOptions;
  readonly open: (node: ZarrNode) => Promise<OpenArray>;
  readonly notices: Notice[];
}

interface Meaning extends Pick<Signal, "title" | "axes" | "value" | "meta"> {
  readonly order?: readonly number[];
}

function signalOf({ source, options }: Opening, array: OpenArray, meaning: Meaning, item: number): Signal {
  const { order = meaning.axes.map((_, i) => i), ...rest } = meaning;
  const { dtype } = array;
  const tile = array.read;
  const inOrder = order.every((axis, i) => axis === i);
  return {
    kind: "signal",
    ...rest,
    dtype,
    block: order.map((axis) => Math.min(array.shape[axis]!, array.chunks[axis]!)),
    ref: { source: source.ref, format: "zarr", item, options },
    tile: inOrder ? tile : transposedTile(tile, order, dtype),
  };
}

/** The channels of a colour that is not three bytes are an axis of their own, the last one. */
function withChannels(array: OpenArray, axes: readonly Axis[]): Axis[] {
  if (array.shape.length === axes.length) return [...axes];
  const size = array.shape.at(-1)!;
  const common = { unit: "px", scale: 1, offset: 0, from: "none" } as const;
  return [...axes, { name: "channel", role: "signal", size, ...common }];
}

/** The shape that the metadata state: without the channels of colours. */
function arrayShape({ shape, partsAxis }: OpenArray): readonly number[] {
  return partsAxis === undefined ? shape : shape.slice(0, -1);
}

/** HyperSpy's experiments, the largest first; none where the layout is another. */
async function hyperspyItems(opening: Opening): Promise<Signal[]> {
  const { tree, open, notices } = opening;
  const found: { array: OpenArray; meaning: Meaning }[] = [];
  let ragged: string | undefined;
  for (const { node, data, group, listed } of experimentsOf(tree.root)) {
    if (isRagged(group)) {
      ragged ??= node.path;
      continue;
    }
    const array = await open(data);
    const values = new Map<number, readonly number[]>();
    for (const [i, axis] of listed) {
      const coordinates = await open(axis);
      if (coordinates.shape.length !== 1 || coordinates.shape[0]! > 2 ** 24) continue;
      values.set(i, Array.from(await coordinates.read({ start: [0], stop: [...coordinates.shape] })));
    }
    const listedAt = (i: number) => values.get(i);
    const experiment = { path: `/${node.path}`, group, shape: arrayShape(array), listed: listedAt };
    const { title, axes, order, meta } = hyperspyMeaning(experiment, "zarr", notices);
    const own = withChannels(array, axes);
    const whole = own.length > axes.length ? [...order, order.length] : order;
    found.push({
      array,
      meaning: { title, axes: own, order: whole, meta, value: { name: "value", unit: "1" } },
    });
  }
  if (ragged !== undefined) {
    const error = raggedError("zarr", `/${ragged}`);
    if (found.length === 0) throw error;
    notices.push({ code: "ragged", message: error.message, where: `/${ragged}` });
  }
  found.sort((a, b) => sizeOf(b.array) - sizeOf(a.array));
  return found.map(({ array, meaning }, i) => signalOf(opening, array, meaning, i));
}

function sizeOf({ shape }: OpenArray): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** What an array says about itself and its group about it. */
function meaningOf(
  node: ZarrNode,
  group: ZarrNode | undefined,
  array: OpenArray,
  notices: Notice[],
): Meaning {
  const { attributes } = node;
  const stored = array.stored;
  if (stored) return stored;
  const axes = withChannels(array, axesOf(node, group, arrayShape(array), notices));
  const { unit, text } = attributes;
  return {
    title: node.path || "array",
    axes,
    value: { name: "value", unit: typeof unit === "string" ? unit : "1" },
    meta: typeof text === "string" ? { text } : {},
  };
}

/** Every array of numbers, in the order in which they are named. */
async function plainItems(opening: Opening): Promise<Signal[]> {
  const { source, tree, open, notices } = opening;
  const all = [...arraysOf(tree.root)];
  const items: Signal[] = [];
  for (const { array: node, group } of all.slice(0, MAX_ITEMS)) {
    try {
      const array = await open(node);
      items.push(signalOf(opening, array, meaningOf(node, group, array, notices), items.length));
    } catch (error) {
      if (all.length === 1 || !(error instanceof LithoscopeError) || error.tag !== "Unsupported") throw error;
      notices.push({ code: "array-skipped", message: error.message, where: `/${node.path}` });
    }
  }
  if (all.length > MAX_ITEMS) {
    const message = `zarr: ${source.name} has ${all.length} arrays, the first ${MAX_ITEMS} are listed`;
    notices.push({ code: "arrays-cut", message, flag: "--dataset" });
  }
  return items;
}

/**
 * The items at a path: an array, a group around an array "data", or everything in a group.
 *
 * @throws Format if nothing is there
 */
async function itemsAt(opening: Opening, dataset: string): Promise<Signal[]> {
  const { tree, source } = opening;
  const path = dataset.replace(/^\/+|\/+$/g, "");
  let node: ZarrNode | undefined = tree.root;
  for (const name of path.split("/").filter((part) => part !== "")) node = node?.children.get(name);
  const all = [...arraysOf(tree.root)];
  if (!node) {
    const some = all.slice(0, 5).map(({ array }) => array.path);
    throw zarrError(`${source.name} has no array ${path}, it has ${some.join(", ") || "none"}`, path);
  }
  const below = { ...opening, tree: { ...tree, root: node } };
  if (node.kind === "group") {
    const known = await hyperspyItems(below);
    return known.length > 0 ? known : plainItems(below);
  }
  const group = all.find(({ array }) => array === node)?.group;
  const around = group && (await hyperspyItems({ ...below, tree: { ...tree, root: group } }));
  if (around?.length && path.endsWith("/data")) return around;
  const array = await opening.open(node);
  return [signalOf(opening, array, meaningOf(node, group, array, opening.notices), 0)];
}

export const reader: Reader = {
  async open(source, stop, options = {}) {
    if (source.size > MAX_METADATA) throw zarrError(`metadata of ${source.size} bytes`);
    const json = parseJson(await source.read(0, source.size, stop), source.name);
    if (!nodeKind(json)) throw zarrError("wanted zarr_format 2 or 3 and a node_type", "zarr_format");
    const tree = await readTree(source, json, stop);
    const notices: Notice[] = [];
    if (!tree.whole) {
      const message = `zarr: ${source.name} has more groups than are listed`;
      notices.push({ code: "tree-cut", message, flag: "--dataset" });
    }
    const zarr = await loadZarr();
    const store = storeOf(source);
    const opening: Opening = { source, tree, options, notices, open: (node) => openArray(zarr, store, node) };
    let items: Signal[];
    if (options.dataset !== undefined) items = await itemsAt(opening, options.dataset);
    else {
      items = await hyperspyItems(opening);
      if (items.length === 0) items = await plainItems(opening);
    }
    if (items.length === 0) {
      const unnamed = tree.root.kind === "group" && !tree.listed;
      const feature = unnamed ? "a group that does not name its arrays" : "a group without arrays of numbers";
      throw zarrUnsupported(source.name, feature);
    }
    const carried = tree.root.children.get("data")?.attributes[CARRIED];
    const header = carried === undefined ? tree.root : { ...tree.root, [CARRIED]: carried };
    return { items, header, notices };
  },
};
