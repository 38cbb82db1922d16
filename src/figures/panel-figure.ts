import type { Figure } from "./figure.ts";

/** Numbers of what is shown, in C order. */
export interface ShownArray {
  readonly values: Float64Array;
  readonly shape: readonly number[];
}

/** What a panel shows, as a figure: picture, words and numbers. The numbers are made when somebody takes them. */
export interface PanelFigure extends Omit<Figure, "data"> {
  /** A sentence for the methods section. */
  readonly methods: string;
  /** CSV of exactly what is shown, units in the header. */
  csv(): string;
  /** The same as an array, where it is one. */
  array?(): ShownArray;
}

/** What a person asks of an exported figure. */
export interface Paper {
  readonly widthMm: number;
  /** Pins, detectors and the like over the picture. */
  readonly marks: boolean;
  /** The caption below the picture, as text. */
  readonly caption: boolean;
}

export const PAPER: Paper = { widthMm: 89, marks: true, caption: true };

/** Points (1/72 inch) of a length in millimetres. */
export function pointsOf(mm: number): number {
  return (mm * 72) / 25.4;
}

/** A figure of fixed layout drawn as wide as asked for; all of it grows alike. */
export function scaledSvg(svg: string, widthMm: number): string {
  const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
  if (!width || !height) return svg;
  const tall = Math.round(widthMm * (Number(height) / Number(width)) * 1000) / 1000;
  return svg.replace(/ width="[\d.]+mm" height="[\d.]+mm"/, ` width="${widthMm}mm" height="${tall}mm"`);
}
