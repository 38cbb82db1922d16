/** The measurement model: R0 + jωL + 1/(jωC) + Σ Rk/(1 + jωτk), linear in everything once the τk are fixed. */

/** Columns of a model for the two parts of each point, rows 2i and 2i + 1, weighted: shape (2N, columns). */
export interface ModelColumns {
  readonly columns: number;
  readonly rows: Float64Array;
}

/** Time constants, `count` of them, evenly spaced in the logarithm over 1/ωmax … 1/ωmin. */
export function timeConstants(omega: Float64Array, count: number): Float64Array {
  const low = -Math.log(omega.reduce((a, b) => Math.max(a, b)));
  const high = -Math.log(omega.reduce((a, b) => Math.min(a, b)));
  return Float64Array.from({ length: count }, (_, k) =>
    Math.exp(count === 1 ? (low + high) / 2 : low + ((high - low) * k) / (count - 1)),
  );
}

/** What each element of the model does to both parts: R0, L, 1/C, then the Rk. */
export function modelColumns(omega: Float64Array, tau: Float64Array, weight: Float64Array): ModelColumns {
  const n = omega.length;
  const columns = 3 + tau.length;
  const rows = new Float64Array(2 * n * columns);
  for (let i = 0; i < n; i++) {
    const w = weight[i]!;
    const re = 2 * i * columns;
    const im = re + columns;
    rows[re] = w;
    rows[im + 1] = w * omega[i]!;
    rows[im + 2] = -w / omega[i]!;
    for (let k = 0; k < tau.length; k++) {
      const x = omega[i]! * tau[k]!;
      const below = 1 + x * x;
      rows[re + 3 + k] = w / below;
      rows[im + 3 + k] = (-w * x) / below;
    }
  }
  return { columns, rows };
}
