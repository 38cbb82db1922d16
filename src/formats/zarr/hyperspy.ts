import { type HyperspyGroup, isExperiment } from "../hyperspy.ts";
import type { ZarrNode } from "./parse.ts";
import { groupsOf } from "./tree.ts";

/** A group with data and axes in the layout of HyperSpy. */
export interface ZarrExperiment {
  readonly node: ZarrNode;
  readonly group: HyperspyGroup;
  readonly data: ZarrNode;
  /** Arrays of listed coordinates by the number of their axis. */
  readonly listed: ReadonlyMap<number, ZarrNode>;
}

function asGroup(node: ZarrNode): HyperspyGroup {
  return {
    attributes: node.attributes,
    group(name) {
      const child = node.children.get(name);
      return child?.kind === "group" ? asGroup(child) : undefined;
    },
  };
}

/** The experiments of a tree. */
export function experimentsOf(root: ZarrNode): ZarrExperiment[] {
  return [...groupsOf(root)].flatMap((node) => {
    const data = node.children.get("data");
    const group = asGroup(node);
    if (data?.kind !== "array" || !isExperiment(group)) return [];
    const listed = new Map<number, ZarrNode>();
    for (const [name, child] of node.children) {
      const number = /^axis-(\d+)$/.exec(name)?.[1];
      const axis = child.children.get("axis");
      if (number !== undefined && axis?.kind === "array") listed.set(Number(number), axis);
    }
    return [{ node, group, data, listed }];
  });
}
