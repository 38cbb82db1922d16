import type { Axis, Notice } from "../../core/contracts.ts";
import { type Stated, statedAxis } from "../stated.ts";
import { type H5Attributes, textOf } from "./parse.ts";

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** An axis where the file states a scale and a unit that is known; px and a notice otherwise. */
export function axisOf(base: Axis, stated: Stated, where: string, notices: Notice[]): Axis {
  return statedAxis(base, stated, where, notices, "hdf5");
}

/** Name and units of an axis as the attributes state them. */
export function words(attributes: H5Attributes): Pick<Stated, "name" | "units"> {
  const [name, units] = [textOf(attributes.name), textOf(attributes.units)];
  return { ...(name !== undefined && { name }), ...(units !== undefined && { units }) };
}
