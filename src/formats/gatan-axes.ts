import type { Axis, Notice } from "../core/contracts.ts";
import { calibratedAxis, pixelAxis } from "./axes.ts";
import { type DmGroup, groupAt, listAt, numberAt, textAt, valueAt } from "./gatan-tags.ts";
import { unitOf } from "./units.ts";

/** What a dimension is of, by its unit. */
type Kind = "energy" | "reciprocal" | "time" | "length" | "unknown";

interface Dimension {
  readonly size: number;
  readonly unit: string | undefined;
  readonly words: string;
  readonly scale: number;
  /** Coordinate of element 0; DM's origin is the element that has coordinate 0. */
  readonly offset: number;
  readonly kind: Kind;
}

function kindOf(unit: string | undefined): Kind {
  if (unit === undefined) return "unknown";
  if (/eV$/.test(unit)) return "energy";
  if (/^1\/|rad$|^deg$/.test(unit)) return "reciprocal";
  if (/^(s|ms|µs|ns)$/.test(unit)) return "time";
  return /m$|^Å$/.test(unit) ? "length" : "unknown";
}

/** Sizes of an image, fastest dimension first, as the file lists them. */
export function sizesOf(image: DmGroup): number[] {
  const dimensions = groupAt(image, "ImageData", "Dimensions");
  return [...(dimensions?.tags.values() ?? [])].flatMap((size) => (typeof size === "number" ? [size] : []));
}

function dimensionsOf(image: DmGroup): Dimension[] {
  const calibrations = listAt(image, "ImageData", "Calibrations", "Dimension");
  return sizesOf(image).map((size, i) => {
    const tags = calibrations[i];
    const words = textAt(tags, "Units") ?? "";
    const unit = unitOf(words);
    const scale = numberAt(tags, "Scale") ?? Number.NaN;
    const offset = -(numberAt(tags, "Origin") ?? 0) * scale;
    return { size, unit, words, scale, offset: offset === 0 ? 0 : offset, kind: kindOf(unit) };
  });
}

/** Whether the file calls itself a spectrum or an image of spectra. */
function isSpectral(image: DmGroup): boolean {
  return /^Spectrum/i.test(textAt(image, "ImageTags", "Meta Data", "Format") ?? "");
}

/** Which dimensions, slowest first, are navigation and which are signal. */
function rolesOf(image: DmGroup, dimensions: readonly Dimension[]): { nav: number[]; signal: number[] } {
  const meta = groupAt(image, "ImageTags", "Meta Data");
  const all = dimensions.map((_, i) => i).reverse();
  const energies = all.filter((i) => dimensions[i]!.kind === "energy");
  const spectral = isSpectral(image);
  // A spectrum image keeps its energy slowest, each stored plane is a map; a spectrum and a line of them, fastest.
  const place = all.length > 2 ? Math.max(...all) : 0;
  const energy = energies.length === 1 ? energies[0] : spectral ? place : undefined;
  if (energy !== undefined) return { nav: all.filter((i) => i !== energy), signal: [energy] };
  if (all.length !== 4) return { nav: all.slice(0, Math.max(0, all.length - 2)), signal: all.slice(-2) };
  // 4D-STEM: the units tell patterns from scan; else the tag that says which of them runs fastest.
  const reciprocal = all.filter((i) => dimensions[i]!.kind === "reciprocal");
  if (reciprocal.length === 2) return { nav: all.filter((i) => !reciprocal.includes(i)), signal: reciprocal };
  const swapped = Boolean(valueAt(meta, "Data Order Swapped"));
  return swapped
    ? { nav: all.slice(0, 2), signal: all.slice(2) }
    : { nav: all.slice(2), signal: all.slice(0, 2) };
}

/** Of the one axis of spectra, by its unit: light has wavelengths. */
function spectrumName({ kind }: Dimension, spectral: boolean): string {
  if (kind === "energy") return "energy";
  return spectral ? (kind === "length" ? "wavelength" : "channel") : "x";
}

function namesOf(nav: readonly Dimension[], signal: readonly Dimension[], spectral: boolean): string[] {
  const pattern =
    signal.length === 2 && (nav.length === 2 || signal.every(({ kind }) => kind === "reciprocal"));
  const inner =
    signal.length === 1 ? [spectrumName(signal[0]!, spectral)] : pattern ? ["ky", "kx"] : ["y", "x"];
  if (nav.length === 2) return ["y", "x", ...inner];
  if (nav.length !== 1) return [...nav.map((_, i) => `axis${i}`), ...inner];
  const { kind } = nav[0]!;
  const outer =
    signal.length === 1 && kind !== "time"
      ? "x"
      : kind === "time"
        ? "time"
        : kind === "length"
          ? "z"
          : "frame";
  return [outer, ...inner];
}

/**
 * Axes of an image, navigation first, and for each the place of its dimension in the file's own order, slowest first.
 */
export function axesOf(image: DmGroup, notices: Notice[]): { axes: Axis[]; order: number[] } {
  const dimensions = dimensionsOf(image);
  const { nav, signal } = rolesOf(image, dimensions);
  const names = namesOf(
    nav.map((i) => dimensions[i]!),
    signal.map((i) => dimensions[i]!),
    isSpectral(image),
  );
  const axes = [...nav, ...signal].map((at, i) => {
    const { size, unit, words, scale, offset } = dimensions[at]!;
    const axis = calibratedAxis(
      pixelAxis(names[i]!, i < nav.length ? "nav" : "signal", size),
      unit,
      scale,
      offset,
    );
    if (unit === undefined || (unit === "none" && scale !== 1 && Number.isFinite(scale))) {
      const label = unit === undefined ? `the unit "${words}" that is not known` : "no unit";
      const message = `dm: axis ${axis.name} has ${label} and a step of ${scale}, it is left in px`;
      notices.push({ code: "unit-unknown", message, flag: "--pixel-size" });
    }
    return axis;
  });
  return { axes, order: [...nav, ...signal].map((at) => dimensions.length - 1 - at) };
}
