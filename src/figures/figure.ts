import type { CyclePlotInput } from "./cycle-plot.ts";

/** A picture that stands alone: SVG text, its caption, a sentence for those who do not see it, and its numbers. */
export interface Figure {
  readonly title: string;
  readonly svg: string;
  readonly caption: string;
  readonly alt: string;
  /** CSV of exactly what is shown, units in the header. */
  readonly data: string;
  /** What a figure of many cycles was drawn from, so that some of them can be drawn alone. */
  readonly cycles?: CyclePlotInput;
}

/** A figure with the name of its files. */
export interface NamedPlot {
  readonly id: string;
  readonly figure: Figure;
}
