import type { OrientationMap } from "../../../core/orientation-map.ts";
import { csvText } from "../../../figures/csv.ts";
import { numberText } from "../../../figures/number-text.ts";
import type { Paper } from "../../../figures/panel-figure.ts";
import type { Mark } from "../../../figures/picture-parts.ts";
import type { Display } from "../../canvas/display.ts";
import { platform } from "../../state/workspace.ts";
import type { PanelFigure } from "../contract.ts";
import { PROGRAM } from "../seen.ts";

/** The pictures of an explanation as they are seen. */
export interface SeenWhy {
  readonly at: { readonly x: number; readonly y: number };
  readonly size: number;
  /** What a pixel is [1/Å]. */
  readonly pixel: number;
  readonly pictures: readonly {
    readonly name: string;
    readonly values: Float32Array;
    readonly display: Display;
    readonly marks: readonly Mark[];
  }[];
  /** What the panel says of the point and of the answer. */
  readonly words: string;
  readonly answer: { readonly role: string; readonly phase: string; readonly score: number } | undefined;
}

/** What the marks over the measured pattern mean. */
export const MARKS_WORDS =
  "Rings: spots that the answer explains; dashed rings: reflections that it misses; squares: spots that it leaves unexplained.";

/** Measured, predicted and residual beside each other. */
export async function whyFigure(map: OrientationMap, seen: SeenWhy, paper: Paper): Promise<PanelFigure> {
  const { at, size, pictures, words, answer } = seen;
  const pixel = { x: seen.pixel, y: seen.pixel, unit: "1/Å" };
  const named = answer
    ? `${answer.role} answer ${answer.phase}, score ${numberText(answer.score, 3)}`
    : "no answer";
  const title = `Why ${at.x}, ${at.y}: ${named}`;
  const names = pictures.map(({ name }) => name).join(", ");
  const caption = `${names[0]!.toUpperCase()}${names.slice(1)} at scan point ${at.x}, ${at.y} of ${map.title}; ${named}. ${words}. ${MARKS_WORDS} Patterns on a scale with gamma 0.5 that they share, the residual linear around 0; the direct beam is left out where it is grey.`;
  const svg = await platform.desk.call("drawRow", { row: { title, size, pixel, caption, pictures }, paper });
  const count = size * size;
  return {
    ...{ title, svg, caption, alt: caption },
    methods: `The pattern was indexed again with ${PROGRAM} as the map was; shown are ${names}.`,
    csv: () =>
      csvText([
        { name: "column", unit: "px", values: Float64Array.from({ length: count }, (_, i) => i % size) },
        {
          name: "row",
          unit: "px",
          values: Float64Array.from({ length: count }, (_, i) => Math.floor(i / size)),
        },
        ...pictures.map(({ name, values }) => ({ name, unit: "grey", values })),
      ]),
    array: () => ({
      values: Float64Array.from(pictures.flatMap(({ values }) => [...values])),
      shape: [pictures.length, size, size],
    }),
  };
}
