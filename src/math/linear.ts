/** Small dense linear algebra on row-major Float64Array: what fits of some ten to a hundred unknowns need. */

/**
 * The lower Cholesky factor of a symmetric positive definite n × n matrix, in place of its lower triangle.
 *
 * @returns false where the matrix is not positive definite to working precision; its content is then of no use
 */
export function cholesky(a: Float64Array, n: number): boolean {
  for (let j = 0; j < n; j++) {
    const row = j * n;
    let diagonal = a[row + j]!;
    const limit = diagonal * 1e-14;
    for (let k = 0; k < j; k++) diagonal -= a[row + k]! * a[row + k]!;
    if (!(diagonal > limit)) return false;
    const pivot = Math.sqrt(diagonal);
    a[row + j] = pivot;
    let i = j + 1;
    // Four rows at a time: their sums do not wait for one another.
    for (; i + 3 < n; i += 4) {
      const [p, q, r, s] = [i * n, (i + 1) * n, (i + 2) * n, (i + 3) * n];
      let [w, x, y, z] = [a[p + j]!, a[q + j]!, a[r + j]!, a[s + j]!];
      for (let k = 0; k < j; k++) {
        const value = a[row + k]!;
        w -= a[p + k]! * value;
        x -= a[q + k]! * value;
        y -= a[r + k]! * value;
        z -= a[s + k]! * value;
      }
      a[p + j] = w / pivot;
      a[q + j] = x / pivot;
      a[r + j] = y / pivot;
      a[s + j] = z / pivot;
    }
    for (; i < n; i++) {
      const other = i * n;
      let sum = a[other + j]!;
      for (let k = 0; k < j; k++) sum -= a[other + k]! * a[row + k]!;
      a[other + j] = sum / pivot;
    }
  }
  return true;
}

/** Solves L Lᵀ x = b for the factor of `cholesky`; x takes the place of b. */
export function choleskySolve(l: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= l[i * n + k]! * b[k]!;
    b[i] = sum / l[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let k = i + 1; k < n; k++) sum -= l[k * n + i]! * b[k]!;
    b[i] = sum / l[i * n + i]!;
  }
}

/** The inverse of L Lᵀ for the factor of `cholesky`, whole and symmetric, n × n. */
export function choleskyInverse(l: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  const column = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    column.fill(0);
    column[j] = 1;
    choleskySolve(l, n, column);
    for (let i = 0; i < n; i++) inverse[i * n + j] = column[i]!;
  }
  return inverse;
}

/** The inverse of a symmetric positive definite matrix after scaling to a unit diagonal; undefined if it has none. */
export function invertSymmetric(a: Float64Array, n: number): Float64Array | undefined {
  const scale = Float64Array.from({ length: n }, (_, i) => Math.sqrt(a[i * n + i]!));
  if (scale.some((value) => !(value > 0))) return undefined;
  const scaled = a.map((value, k) => value / (scale[Math.floor(k / n)]! * scale[k % n]!));
  if (!cholesky(scaled, n)) return undefined;
  return choleskyInverse(scaled, n).map((value, k) => value / (scale[Math.floor(k / n)]! * scale[k % n]!));
}

/** Aᵀ A of an m × n matrix, n × n. */
export function gram(a: Float64Array, m: number, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let row = 0; row < m; row++) {
    const at = row * n;
    for (let i = 0; i < n; i++) {
      const value = a[at + i]!;
      if (value === 0) continue;
      for (let j = 0; j <= i; j++) out[i * n + j] += value * a[at + j]!;
    }
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) out[j * n + i] = out[i * n + j]!;
  return out;
}

/** Aᵀ b of an m × n matrix. */
export function transposeTimes(a: Float64Array, m: number, n: number, b: ArrayLike<number>): Float64Array {
  const out = new Float64Array(n);
  for (let row = 0; row < m; row++) {
    const value = b[row]!;
    for (let j = 0; j < n; j++) out[j] += a[row * n + j]! * value;
  }
  return out;
}

/** A x of an m × n matrix. */
export function times(a: Float64Array, m: number, n: number, x: ArrayLike<number>): Float64Array {
  const out = new Float64Array(m);
  for (let row = 0; row < m; row++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += a[row * n + j]! * x[j]!;
    out[row] = sum;
  }
  return out;
}

/**
 * Orthonormal columns that span those of an m × n matrix, column-major (column k is at k·m), by modified Gram-Schmidt
 * run twice with columns scaled to length 1; columns that lie in the span of earlier ones to `tolerance` are left out.
 */
export function orthonormal(
  a: Float64Array,
  m: number,
  n: number,
  tolerance = 1e-10,
): { readonly basis: Float64Array; readonly rank: number } {
  const basis = new Float64Array(m * n);
  let rank = 0;
  for (let j = 0; j < n; j++) {
    const at = rank * m;
    let norm = 0;
    for (let i = 0; i < m; i++) norm += a[i * n + j]! ** 2;
    if (!(norm > 0)) continue;
    const scale = 1 / Math.sqrt(norm);
    for (let i = 0; i < m; i++) basis[at + i] = a[i * n + j]! * scale;
    for (let pass = 0; pass < 2; pass++)
      for (let k = 0; k < rank; k++) {
        let dot = 0;
        for (let i = 0; i < m; i++) dot += basis[k * m + i]! * basis[at + i]!;
        for (let i = 0; i < m; i++) basis[at + i] -= dot * basis[k * m + i]!;
      }
    let left = 0;
    for (let i = 0; i < m; i++) left += basis[at + i]! ** 2;
    const length = Math.sqrt(left);
    if (length < tolerance) continue;
    for (let i = 0; i < m; i++) basis[at + i] /= length;
    rank++;
  }
  return { basis: basis.subarray(0, rank * m), rank };
}

/** What is left of a vector after its part in the span of orthonormal columns is taken away. */
export function residualOf(basis: Float64Array, m: number, vector: ArrayLike<number>): Float64Array {
  const left = Float64Array.from(vector);
  for (let at = 0; at < basis.length; at += m) {
    let dot = 0;
    for (let i = 0; i < m; i++) dot += basis[at + i]! * left[i]!;
    for (let i = 0; i < m; i++) left[i] -= dot * basis[at + i]!;
  }
  return left;
}

/** Sum of squares. */
export function sumSquares(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return sum;
}
