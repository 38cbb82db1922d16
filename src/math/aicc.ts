import { log } from "./portable.ts";

/**
 * Akaike's criterion with the correction for few data, the noise being unknown: n ln(χ²/n) + 2k + 2k(k+1)/(n−k−1) with
 * k counting the noise. Infinite where there are too few data.
 *
 * @param squares sum of the squared (weighted) residuals, χ²
 * @see Hurvich & Tsai (1989), doi:10.1093/biomet/76.2.297
 */
export function aicc(squares: number, data: number, parameters: number): number {
  const k = parameters + 1;
  if (data - k - 1 <= 0) return Number.POSITIVE_INFINITY;
  return data * log(Math.max(squares, 1e-300) / data) + 2 * k + (2 * k * (k + 1)) / (data - k - 1);
}
