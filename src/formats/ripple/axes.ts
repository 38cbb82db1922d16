import type { Axis } from "../../core/contracts.ts";
import { calibratedAxis, pixelAxis } from "../axes.ts";
import { unitOf } from "../units.ts";
import type { RippleHeader } from "./parse.ts";

type Side = "width" | "height" | "depth";

/** A number of the header; NaN if it is not there. */
export function numberOf(header: RippleHeader, key: string): number {
  return header[key] === undefined || header[key] === "" ? Number.NaN : Number(header[key]);
}

function unitFor(header: RippleHeader, side: Side): string | undefined {
  const unit = unitOf(header[`${side}-units`]);
  const perChannel = numberOf(header, "ev-per-chan");
  return side === "depth" && (unit === "none" || unit === undefined) && perChannel > 0 ? "eV" : unit;
}

/** Lispix itself knows the energy per channel only; names, steps and starts of each axis are HyperSpy's. */
function axisOf(header: RippleHeader, side: Side, role: Axis["role"], name: string): Axis {
  const unit = unitFor(header, side);
  const stated = numberOf(header, `${side}-scale`);
  const scale = Number.isNaN(stated) && side === "depth" ? numberOf(header, "ev-per-chan") : stated;
  const origin = numberOf(header, `${side}-origin`);
  return calibratedAxis(
    pixelAxis(name, role, numberOf(header, side)),
    unit,
    scale,
    Number.isNaN(origin) ? 0 : origin,
  );
}

export interface RippleAxes {
  /** Navigation first. */
  readonly axes: readonly Axis[];
  /** Sizes as stored, slowest first. */
  readonly stored: readonly number[];
  /** For each axis its place among the stored ones. */
  readonly order: readonly number[];
  /** How many of the stored axes make one record: 1 for spectra, 2 for images. */
  readonly record: 1 | 2;
}

/**
 * Axes by the way of recording: spectra one after the other, or images. Where the images are one per energy, the
 * spectra are the signal and their axis is put last. Sides of length 1 are no axes.
 */
export function axesOf(header: RippleHeader): RippleAxes {
  const size = (side: Side) => numberOf(header, side);
  const energy = /eV$/.test(unitFor(header, "depth") ?? "");
  const vector = /^vector$/i.test(header["record-by"] ?? "");
  const single = size("depth") === 1;
  const sides: readonly Side[] = vector ? ["height", "width", "depth"] : ["depth", "height", "width"];
  const kept = sides.filter((side) => size(side) !== 1);
  if (kept.length === 0) kept.push(vector ? "depth" : "width");
  const spectral = !single && kept.includes("depth") && (vector || energy);
  const nav = spectral
    ? kept.filter((side) => side !== "depth")
    : kept.slice(0, Math.max(0, kept.length - 2));
  const signal = kept.filter((side) => !nav.includes(side));
  const names = { height: "y", width: "x", depth: energy ? "energy" : spectral ? "channel" : "frame" };
  const axes = [...nav, ...signal].map((side) =>
    axisOf(header, side, nav.includes(side) ? "nav" : "signal", names[side]),
  );
  const order = [...nav, ...signal].map((side) => kept.indexOf(side));
  return { axes, stored: kept.map(size), order, record: vector || kept.length < 2 ? 1 : 2 };
}
