import type { Axis, Notice } from "../../core/contracts.ts";
import { descendants, parseXml, plainText, type XmlElement } from "../xml.ts";
import { type Directory, TAG, textTag } from "./parse.ts";
import { type Calibration, NONE, scaleOf, unitIn } from "./scale.ts";

const NAMES: Readonly<Record<string, string>> = { Z: "z", C: "channel", T: "frame" };

/** OME's Pixels element, and what its description says of the pages. */
export interface Ome {
  readonly calibration: Calibration;
  /** Axes of the pages, slowest first; those of size 1 are left out. */
  readonly pages: readonly Axis[];
  readonly count: number;
}

/** A step of the file's words; OME's own unit is the micrometre, or the second. */
function scale(pixels: XmlElement, key: string, usual: string) {
  const value = pixels.attributes[key];
  const words = pixels.attributes[`${key}Unit`];
  const unit = words === undefined ? usual : unitIn(plainText(words));
  return value === undefined ? NONE : scaleOf(unit, Number(value));
}

/** The OME-XML of a description (OME model 2016-06); undefined if it is none. */
export async function parseOme(directory: Directory, notices: Notice[]): Promise<Ome | undefined> {
  const description = textTag(directory, TAG.description) ?? "";
  if (!/<OME\b/.test(description.slice(0, 2048))) return undefined;
  const root = await parseXml(description.slice(description.indexOf("<")), "tiff");
  const all = [...descendants(root, "Pixels")];
  const pixels = all[0];
  if (!pixels) return undefined;
  if (all.length > 1) {
    const message = `tiff: the OME description names ${all.length} images, the calibration of the first is taken for all pages of its size`;
    notices.push({ code: "images-several", message });
  }
  const elsewhere = [...descendants(pixels, "UUID")].filter(
    ({ attributes }) => attributes.FileName !== undefined,
  );
  if (new Set(elsewhere.map(({ attributes }) => attributes.FileName)).size > 1) {
    const message =
      "tiff: the OME description spreads its pages over several files, those of this file are read";
    notices.push({ code: "files-several", message });
  }
  const size = (letter: string) =>
    Math.max(1, Number.parseInt(pixels.attributes[`Size${letter}`] ?? "1", 10) || 1);
  const steps = {
    Z: scale(pixels, "PhysicalSizeZ", "µm"),
    C: NONE,
    T: scale(pixels, "TimeIncrement", "s"),
  };
  // "XYZCT" counts from the fastest; pages are slowest first here.
  const order = [...(pixels.attributes.DimensionOrder ?? "XYZCT").slice(2)].reverse();
  const pages = order.flatMap((letter): Axis[] => {
    const name = NAMES[letter];
    if (name === undefined || size(letter) === 1) return [];
    return [{ name, role: "nav", size: size(letter), ...steps[letter as "Z" | "C" | "T"] }];
  });
  const calibration = {
    x: scale(pixels, "PhysicalSizeX", "µm"),
    y: scale(pixels, "PhysicalSizeY", "µm"),
    stack: NONE,
  };
  return { calibration, pages, count: pages.reduce((product, axis) => product * axis.size, 1) };
}
