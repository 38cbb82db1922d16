import type { Axis, Notice } from "../../core/contracts.ts";
import { type Meta, putQuantity } from "../axes.ts";
import { childGroup, type H5Group, numberOf } from "./parse.ts";

/** What the scan control wrote beside the frames of an ARINA: scan size and microscope. */
export interface StemMetadata {
  readonly columns: number | undefined;
  readonly rows: number | undefined;
  /** Pixels in front of each row that are not part of the image. */
  readonly prescan: number;
  /** [nm], as those who read these files believe; the file states no unit. */
  readonly pixelSize: number | undefined;
  readonly meta: Meta;
}

/** Name of the group that holds them. */
export const STEM_GROUP = "STEM Metadata";

/** The metadata of a file that has them; undefined for others. */
export function stemMetadata(root: H5Group): StemMetadata | undefined {
  const group = childGroup(root, STEM_GROUP);
  if (!group) return undefined;
  const number = (name: string) => numberOf(group.attributes[name]);
  const count = (name: string) => {
    const value = number(name);
    return value !== undefined && Number.isInteger(value) && value > 0 ? value : undefined;
  };
  const meta: Meta = {};
  const [volts, length, dwell] = ["High Tension", "Camera Length", "ScanDwellTime"].map(number);
  putQuantity(meta, "beam.energy", volts && volts / 1e3, "keV");
  putQuantity(meta, "camera.length", length && length * 1e3, "mm");
  if (dwell) putQuantity(meta, "dwell.time", dwell, "s");
  putQuantity(meta, "magnification", number("Magnification"), "1");
  putQuantity(meta, "scan.rotation", number("Rotation"), "deg");
  const pixelSize = number("Pixel Size");
  return {
    columns: count("NumPixelsX"),
    rows: count("NumPixelsY"),
    prescan: count("NumPixelsPrescan") ?? 0,
    pixelSize: pixelSize !== undefined && pixelSize > 0 ? pixelSize : undefined,
    meta,
  };
}

/** A scan axis with the step of the metadata; in ångström, as other readers of these files give it. */
export function scanAxis(base: Axis, { pixelSize }: StemMetadata, notices: Notice[]): Axis {
  if (pixelSize === undefined) return base;
  const message = `hdf5: the scan's pixel of ${pixelSize} has no unit in the file, nm is assumed`;
  if (!notices.some((notice) => notice.message === message))
    notices.push({ code: "unit-assumed", message, flag: "--step" });
  return { ...base, unit: "Å", scale: 10 * pixelSize, from: "assumed" };
}
