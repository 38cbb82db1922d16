import type { Source } from "../../core/contracts.ts";
import { consolidated, isName, type Json, nodeKind, record, type ZarrNode, zarrError } from "./parse.ts";
import { readJson } from "./store.ts";

/** A store can name any number of groups, and folders can hold themselves. */
const MAX_NODES = 20_000;
const MAX_DEPTH = 24;

/** What a walk found; `whole` is false where the limits cut it, `listed` where nothing says what a group holds. */
export interface ZarrTree {
  readonly root: ZarrNode;
  readonly whole: boolean;
  readonly listed: boolean;
}

interface Growing extends ZarrNode {
  readonly children: Map<string, Growing>;
}

function makeNode(path: string, json: Json, attributes: Json): Growing | undefined {
  const found = nodeKind(json);
  if (!found) return undefined;
  const own = found.version === 3 ? record(json.attributes) : attributes;
  return { path, ...found, attributes: own, metadata: json, children: new Map() };
}

/** Names in a group as its own attributes give them: our writer's list, the levels of an OME-Zarr pyramid. */
function namedBy(attributes: Json): string[] {
  const names = Array.isArray(attributes.arrays) ? attributes.arrays : [];
  const scales = record(attributes.ome).multiscales ?? attributes.multiscales;
  const levels = (Array.isArray(scales) ? scales : []).flatMap((scale) => record(scale).datasets ?? []);
  return [...names, ...levels.map((level) => record(level).path)].filter((name) => typeof name === "string");
}

/** One node from its own files; undefined if there is none at `path`. */
async function readNode(
  source: Source,
  path: string,
  version: 2 | 3,
  stop?: AbortSignal,
): Promise<Growing | undefined> {
  const at = (name: string) => (path === "" ? name : `${path}/${name}`);
  if (version === 3) {
    const json = await readJson(source, at("zarr.json"), stop);
    return json && makeNode(path, json, {});
  }
  const json = (await readJson(source, at(".zarray"), stop)) ?? (await readJson(source, at(".zgroup"), stop));
  if (!json) return undefined;
  return makeNode(path, json, (await readJson(source, at(".zattrs"), stop)) ?? {});
}

/** The tree of consolidated metadata; groups that they leave out are filled in. */
function fromConsolidated(root: Growing, nodes: ReadonlyMap<string, Json[]>): boolean {
  let left = MAX_NODES;
  for (const [path, [json = {}, attributes = {}]] of nodes) {
    const names = path.split("/");
    if (path === "" || !names.every(isName) || names.length > MAX_DEPTH) continue;
    if (left-- <= 0) return false;
    const node = makeNode(path, json, attributes);
    if (!node) continue;
    let group = root;
    for (const [i, name] of names.slice(0, -1).entries()) {
      const between = names.slice(0, i + 1).join("/");
      const next = group.children.get(name) ?? makeNode(between, { zarr_format: 2 }, {})!;
      group.children.set(name, next);
      group = next;
    }
    const known = group.children.get(names.at(-1)!);
    group.children.set(names.at(-1)!, known ? { ...node, children: known.children } : node);
  }
  return true;
}

/**
 * Groups and arrays below a metadata file: by consolidated metadata, else by looking into the folders, else by the
 * names that attributes give.
 */
export async function readTree(source: Source, json: Json, stop?: AbortSignal): Promise<ZarrTree> {
  const version = nodeKind(json)?.version;
  if (version === undefined) throw zarrError("wanted zarr_format 2 or 3 and a node_type", "zarr_format");
  const beside = version === 2 ? await readJson(source, ".zmetadata", stop) : undefined;
  const attributes = version === 2 ? ((await readJson(source, ".zattrs", stop)) ?? {}) : {};
  const root = makeNode("", json, attributes)!;
  if (root.kind === "array") return { root, whole: true, listed: true };
  const nodes = consolidated(json, beside);
  if (nodes) return { root, whole: fromConsolidated(root, nodes), listed: true };

  let left = MAX_NODES;
  let whole = true;
  async function add(group: Growing, name: string, depth: number): Promise<void> {
    if (left-- <= 0 || depth > MAX_DEPTH) {
      whole = false;
      return;
    }
    const path = group.path === "" ? name : `${group.path}/${name}`;
    const node = await readNode(source, path, version!, stop);
    if (!node) return;
    group.children.set(name, node);
    if (node.kind === "group") await walk(node, depth);
  }
  async function walk(group: Growing, depth: number): Promise<void> {
    const named = namedBy(group.attributes).filter((name) => name.split("/").every(isName));
    if (named.length > 0) {
      for (const name of named) await add(group, name, depth + 1);
      return;
    }
    const names = (await source.list?.(group.path)) ?? [];
    for (const name of names) {
      const folder = /^(.*)\/$/.exec(name)?.[1];
      if (folder !== undefined && isName(folder)) await add(group, folder, depth + 1);
    }
  }
  await walk(root, 0);
  return { root, whole, listed: root.children.size > 0 || source.list !== undefined };
}

/** Every array of a tree with the group it lies in; undefined for one without. */
export function* arraysOf(
  node: ZarrNode,
  group?: ZarrNode,
): Generator<{ array: ZarrNode; group: ZarrNode | undefined }> {
  if (node.kind === "array") yield { array: node, group };
  for (const child of node.children.values()) yield* arraysOf(child, node);
}

/** Every group of a tree, the outermost first. */
export function* groupsOf(node: ZarrNode): Generator<ZarrNode> {
  if (node.kind === "array") return;
  yield node;
  for (const child of node.children.values()) yield* groupsOf(child);
}
