import { el, number, text } from "./svg.ts";

/** What stands over a picture, in pixels; whole numbers are pixel centres. */
export type Mark =
  | { readonly kind: "point"; readonly name: string; readonly x: number; readonly y: number }
  | {
      readonly kind: "detector";
      readonly name: string;
      readonly colour: string;
      readonly x: number;
      readonly y: number;
      /** 0 for a disc. */
      readonly inner: number;
      readonly outer: number;
    }
  | {
      /** Lines along the sides of pixels, in pixels from the corner of the first. */
      readonly kind: "sides";
      readonly name: string;
      readonly d: string;
      readonly colour: string;
      /** Width on the page [pt], and dashes. */
      readonly points: number;
      readonly dash?: string;
    }
  | {
      readonly kind: "spot";
      readonly shape: SpotShape;
      readonly x: number;
      readonly y: number;
      /** Radius on the page [pt]. */
      readonly radius: number;
    };

/** How a diffraction spot is marked; shapes tell them apart, not colours alone. */
export type SpotShape = "ring" | "dashed ring" | "square";
/** Colours of marked spots. */
export const SPOT_COLOUR: Readonly<Record<SpotShape, string>> = {
  ring: "#FFD166",
  "dashed ring": "#5EC8FF",
  square: "#FFFFFF",
};

/** The colours of some columns and rows. */
export function cropped(
  rgb: Uint8Array,
  width: number,
  [x0, y0, x1, y1]: readonly [number, number, number, number],
): Uint8Array {
  const columns = x1 - x0;
  const out = new Uint8Array(3 * columns * (y1 - y0));
  for (let y = y0; y < y1; y++)
    out.set(rgb.subarray(3 * (y * width + x0), 3 * (y * width + x1)), 3 * (y - y0) * columns);
  return out;
}

/** A name that is read on light and dark alike. */
function label(x: number, y: number, name: string, colour: string): string {
  const under = el(
    "g",
    { stroke: "#000000", "stroke-width": 2, "stroke-linejoin": "round" },
    text(x, y, name, { bold: true }),
  );
  return under + text(x, y, name, { bold: true, fill: colour });
}

function markSvg(mark: Mark, place: (x: number, y: number) => [number, number], zoom: number): string {
  if (mark.kind === "sides") {
    const [[left, top], [right, bottom]] = [place(-0.5, -0.5), place(0.5, 0.5)];
    const [across, down] = [right - left, bottom - top];
    const path = (stroke: string, points: number, dash?: string) =>
      el("path", {
        ...{ d: mark.d, fill: "none", stroke, "stroke-width": (points / across).toFixed(4) },
        ...(dash && {
          "stroke-dasharray": dash
            .split(" ")
            .map((part) => (Number(part) / across).toFixed(4))
            .join(" "),
        }),
      });
    const at = `translate(${number(left)} ${number(top)}) scale(${number(across)} ${number(down)})`;
    // White beside the line, so that it holds on any colour.
    const casing = path("#FFFFFF", mark.points + 0.8);
    return el(
      "g",
      { transform: at, "data-sides": mark.name },
      casing,
      path(mark.colour, mark.points, mark.dash),
    );
  }
  const [x, y] = place(mark.x, mark.y);
  if (mark.kind === "point") {
    const ring = (stroke: string, width: number) =>
      el("circle", { cx: x, cy: y, r: 2.8, fill: "none", stroke, "stroke-width": width });
    return el(
      "g",
      { "data-pin": mark.name },
      ring("#000000", 2),
      ring("#FFD166", 1.1),
      label(x + 4.5, y - 3, mark.name, "#FFD166"),
    );
  }
  if (mark.kind === "spot") {
    const { shape, radius: r } = mark;
    const line = { fill: "none", stroke: SPOT_COLOUR[shape], "stroke-width": 0.8, "data-spot": shape };
    if (shape === "square") return el("rect", { x: x - r, y: y - r, width: 2 * r, height: 2 * r, ...line });
    return el("circle", {
      cx: x,
      cy: y,
      r,
      ...line,
      ...(shape === "ring" ? {} : { "stroke-dasharray": "1.5 1" }),
    });
  }
  const { colour, inner, outer, name } = mark;
  const circle = (r: number) =>
    el("circle", { cx: x, cy: y, r: r * zoom, fill: "none", stroke: colour, "stroke-width": 1 });
  return el(
    "g",
    { "data-detector": name, "data-place": [mark.x, mark.y, inner, outer].map(number).join(" ") },
    circle(outer),
    inner > 0 ? circle(inner) : "",
    label(x + 0.71 * outer * zoom + 3, y - 0.71 * outer * zoom - 2, name, colour),
  );
}

/** Marks over a picture; `place` gives points on the page, `zoom` points per pixel. */
export function marksSvg(
  marks: readonly Mark[],
  place: (x: number, y: number) => [number, number],
  zoom: number,
): string {
  return marks.map((mark) => markSvg(mark, place, zoom)).join("");
}
