/** Length of one pixel along x and y; the unit "px" where nobody knows it. */
export interface PixelLength {
  readonly x: number;
  readonly y: number;
  readonly unit: string;
}

/** The part of a picture in sight, in pixels from the corner of the first. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** How much taller than wide a pixel is drawn; 1 where the two lengths do not compare. */
export function pixelAspect({ x, y }: PixelLength): number {
  const ratio = Math.abs(y / x);
  return ratio > 0.02 && ratio < 50 ? ratio : 1;
}

/** First column and row of the pixels in sight, and those after the last; at least one pixel. */
export function wholePixels(
  { left, top, right, bottom }: Window,
  width: number,
  height: number,
): [x0: number, y0: number, x1: number, y1: number] {
  const x0 = Math.max(0, Math.min(width - 1, Math.floor(left + 1e-6)));
  const y0 = Math.max(0, Math.min(height - 1, Math.floor(top + 1e-6)));
  const x1 = Math.max(x0 + 1, Math.min(width, Math.ceil(right - 1e-6)));
  return [x0, y0, x1, Math.max(y0 + 1, Math.min(height, Math.ceil(bottom - 1e-6)))];
}
