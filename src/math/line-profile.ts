/** A line on a picture, from centre to centre of pixels (0, 0 is the centre of the first). */
export interface Line {
  readonly x: number;
  readonly y: number;
  readonly x2: number;
  readonly y2: number;
}

/** Value between the pixels, bilinear; NaN beyond the outermost centres. */
function between(values: ArrayLike<number>, width: number, height: number, x: number, y: number): number {
  if (!(x >= 0 && y >= 0 && x <= width - 1 && y <= height - 1)) return Number.NaN;
  const [x0, y0] = [Math.min(width - 2, Math.floor(x)), Math.min(height - 2, Math.floor(y))];
  const [left, top] = [Math.max(0, x0), Math.max(0, y0)];
  const [right, bottom] = [Math.min(width - 1, left + 1), Math.min(height - 1, top + 1)];
  const [tx, ty] = [x - left, y - top];
  const upper = values[top * width + left]! * (1 - tx) + values[top * width + right]! * tx;
  const lower = values[bottom * width + left]! * (1 - tx) + values[bottom * width + right]! * tx;
  return upper * (1 - ty) + lower * ty;
}

/**
 * Values along a line, from its start to its end, a pixel apart or a little less.
 *
 * @param thickness how many pixels wide the band is that is averaged or summed across the line
 * @returns distance from the start [px] and value of each place; NaN where no part of the band is on the picture
 */
export function lineProfile(
  values: ArrayLike<number>,
  width: number,
  height: number,
  { x, y, x2, y2 }: Line,
  thickness: number,
  across: "mean" | "sum",
): { distance: Float64Array; value: Float64Array } {
  const length = Math.hypot(x2 - x, y2 - y);
  const count = Math.max(2, Math.ceil(length) + 1);
  const [ux, uy] = length > 0 ? [(x2 - x) / length, (y2 - y) / length] : [1, 0];
  const distance = Float64Array.from({ length: count }, (_, i) => (length * i) / (count - 1));
  const value = distance.map((along) => {
    let [sum, used] = [0, 0];
    for (let k = 0; k < thickness; k++) {
      const off = k - (thickness - 1) / 2;
      const found = between(values, width, height, x + along * ux - off * uy, y + along * uy + off * ux);
      if (Number.isNaN(found)) continue;
      sum += found;
      used++;
    }
    if (used === 0) return Number.NaN;
    return across === "sum" ? sum : sum / used;
  });
  return { distance, value };
}
