/**
 * Cholesky factors of principal parts of one symmetric positive definite matrix: rows of the factor that two lists of
 * unknowns have in common at their beginning are computed once.
 */
export class GrowingCholesky {
  readonly #h: Float64Array;
  readonly #n: number;
  /** Row i of the factor of the list at hand begins at i·n. */
  readonly #l: Float64Array;
  readonly #list: Int32Array;
  readonly #right: Float64Array;
  #count = 0;
  #singular = false;

  /** @param h n × n, row-major; only read */
  constructor(h: Float64Array, n: number) {
    this.#h = h;
    this.#n = n;
    this.#l = new Float64Array(n * n);
    this.#list = new Int32Array(n);
    this.#right = new Float64Array(n);
  }

  /** Of the list that was solved last. */
  get logDeterminant(): number {
    if (this.#singular) return Number.NaN;
    let sum = 0;
    for (let i = 0; i < this.#count; i++) sum += 2 * Math.log(this.#l[i * (this.#n + 1)]!);
    return sum;
  }

  /** Fills x with the solution of H x = f over the unknowns of a list, the others 0; with 0 where it is singular. */
  solve(list: Int32Array, f: Float64Array, x: Float64Array): void {
    const [n, l, right] = [this.#n, this.#l, this.#right];
    const count = list.length;
    let same = 0;
    while (same < count && same < this.#count && list[same] === this.#list[same]) same++;
    this.#list.set(list);
    this.#count = count;
    x.fill(0);
    this.#singular = !this.#rows(same, 1);
    // A little more on the diagonal where rounding lost it; such rows are not kept.
    const lifted = this.#singular && this.#rows(0, 1 + 1e-10);
    if (this.#singular) this.#count = 0;
    if (this.#singular && !lifted) return;
    for (let i = 0; i < count; i++) {
      let sum = f[list[i]!]!;
      const at = i * n;
      for (let k = 0; k < i; k++) sum -= l[at + k]! * right[k]!;
      right[i] = sum / l[at + i]!;
    }
    for (let i = count - 1; i >= 0; i--) {
      const value = right[i]! / l[i * (n + 1)]!;
      x[list[i]!] = value;
      const at = i * n;
      for (let k = 0; k < i; k++) right[k] -= l[at + k]! * value;
    }
  }

  /** Rows of the factor from `from` on; false where the matrix is not positive definite to working precision. */
  #rows(from: number, lift: number): boolean {
    const [n, l, h, list, count] = [this.#n, this.#l, this.#h, this.#list, this.#count];
    for (let i = from; i < count; i += 4) {
      const rows = Math.min(4, count - i);
      for (let r = i; r < i + rows; r++) {
        const at = list[r]! * n;
        for (let k = 0; k <= r; k++) l[r * n + k] = h[at + list[k]!]!;
        l[r * (n + 1)] *= lift;
      }
      if (rows === 4) this.#fourRows(i);
      for (let r = i; r < i + rows; r++) if (!this.#finish(r, rows === 4 ? i : 0)) return false;
    }
    return true;
  }

  /** Columns before i of rows i … i + 3: four sums that do not wait for one another. */
  #fourRows(i: number): void {
    const [n, l] = [this.#n, this.#l];
    const p = i * n;
    const q = p + n;
    const r = q + n;
    const s = r + n;
    for (let j = 0; j < i; j++) {
      const at = j * n;
      let w = l[p + j]!;
      let x = l[q + j]!;
      let y = l[r + j]!;
      let z = l[s + j]!;
      for (let k = 0; k < j; k++) {
        const value = l[at + k]!;
        w -= l[p + k]! * value;
        x -= l[q + k]! * value;
        y -= l[r + k]! * value;
        z -= l[s + k]! * value;
      }
      const pivot = l[at + j]!;
      l[p + j] = w / pivot;
      l[q + j] = x / pivot;
      l[r + j] = y / pivot;
      l[s + j] = z / pivot;
    }
  }

  /** Row r from column `from` to its diagonal. */
  #finish(r: number, from: number): boolean {
    const [n, l] = [this.#n, this.#l];
    const row = r * n;
    for (let j = from; j < r; j++) {
      const at = j * n;
      let sum = l[row + j]!;
      for (let k = 0; k < j; k++) sum -= l[row + k]! * l[at + k]!;
      l[row + j] = sum / l[at + j]!;
    }
    let diagonal = l[row + r]!;
    const limit = diagonal * 1e-14;
    for (let k = 0; k < r; k++) diagonal -= l[row + k]! ** 2;
    if (!(diagonal > limit)) return false;
    l[row + r] = Math.sqrt(diagonal);
    return true;
  }
}
