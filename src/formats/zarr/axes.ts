import type { Axis, Notice } from "../../core/contracts.ts";
import { plainAxes } from "../regions.ts";
import { statedAxis } from "../stated.ts";
import { record, type ZarrNode } from "./parse.ts";

/** Axes as the attributes of our maps state them; undefined where they do not. */
function ownAxes({ attributes }: ZarrNode, plain: readonly Axis[]): Axis[] | undefined {
  const stated = attributes.axes;
  if (!Array.isArray(stated) || stated.length !== plain.length) return undefined;
  return plain.map((axis, i) => {
    const { name, unit, scale, offset } = record(stated[i]);
    const named = typeof name === "string" ? { ...axis, name } : axis;
    const known = typeof unit === "string" && typeof scale === "number" && typeof offset === "number";
    return known && unit !== "px" ? { ...named, unit, scale, offset, from: "file" } : named;
  });
}

/** One level of an OME-Zarr pyramid (versions 0.4 and 0.5): factors and shifts of all levels, then of its own. */
function omeAxes(
  array: ZarrNode,
  group: ZarrNode | undefined,
  plain: readonly Axis[],
  notices: Notice[],
): Axis[] | undefined {
  const scales = record(group?.attributes.ome).multiscales ?? group?.attributes.multiscales;
  const [image] = Array.isArray(scales) ? scales.map(record) : [];
  const axes = Array.isArray(image?.axes) ? image.axes.map(record) : [];
  const name = array.path.slice(array.path.lastIndexOf("/") + 1);
  const levels = Array.isArray(image?.datasets) ? image.datasets.map(record) : [];
  const level = levels.find(({ path }) => path === name);
  if (!level || axes.length !== plain.length) return undefined;
  const steps = [level, image!].flatMap(({ coordinateTransformations: all }) =>
    Array.isArray(all) ? all.map(record) : [],
  );
  return plain.map((axis, i) => {
    let [scale, offset, known] = [1, 0, false];
    for (const step of steps) {
      const [factor, shift] = [step.scale, step.translation].map((list) =>
        Array.isArray(list) && typeof list[i] === "number" ? (list[i] as number) : undefined,
      );
      if (factor !== undefined) [scale, offset, known] = [scale * factor, offset * factor, true];
      if (shift !== undefined) offset += shift;
    }
    const { name: word, type, unit } = axes[i]!;
    const role = type === "space" && /^[xy]$/.test(String(word)) ? ("signal" as const) : ("nav" as const);
    const stated = {
      ...(typeof word === "string" && { name: word }),
      ...(typeof unit === "string" && { units: unit }),
      ...(known && Number.isFinite(scale * offset) && { scale, offset }),
      role,
    };
    return statedAxis(axis, stated, array.path, notices, "zarr");
  });
}

/** Names of the dimensions: version 3 has them, xarray writes them in version 2. */
export function dimensionNames({ metadata, attributes }: ZarrNode): readonly unknown[] {
  const names = metadata.dimension_names ?? attributes._ARRAY_DIMENSIONS;
  return Array.isArray(names) ? names : [];
}

/** Axes of an array: those of our maps, of OME-Zarr, or names and px. */
export function axesOf(
  array: ZarrNode,
  group: ZarrNode | undefined,
  shape: readonly number[],
  notices: Notice[],
): Axis[] {
  const names = dimensionNames(array);
  const plain = plainAxes(shape).map((axis, i) => {
    const name = names[i];
    return typeof name === "string" && name !== "" ? { ...axis, name } : axis;
  });
  return ownAxes(array, plain) ?? omeAxes(array, group, plain, notices) ?? plain;
}
