// Weighted sums over a disc around every pixel, 16 pixels at a time. Twin: src/kernels/discs.ts.

/**
 * out[p] = Σ weight[i] · frame[p + offset[i]] in f32, taps in order, for every pixel `reach` or more from the edge.
 * Needs size − 2·reach ≥ 16. Offsets in bytes.
 */
export function discs(
  frame: usize,
  size: i32,
  reach: i32,
  taps: i32,
  offsets: usize,
  weights: usize,
  out: usize,
): void {
  const last = size - reach - 16;
  for (let y = reach; y < size - reach; y++) {
    let x = reach;
    while (true) {
      const at = ((y * size + x) << 2) as usize;
      let a = f32x4.splat(0);
      let b = f32x4.splat(0);
      let c = f32x4.splat(0);
      let d = f32x4.splat(0);
      for (let i = 0; i < taps; i++) {
        const w = v128.load32_splat(weights + ((i << 2) as usize));
        const p = frame + at + (load<i32>(offsets + ((i << 2) as usize)) as usize);
        a = f32x4.add(a, f32x4.mul(w, v128.load(p)));
        b = f32x4.add(b, f32x4.mul(w, v128.load(p, 16)));
        c = f32x4.add(c, f32x4.mul(w, v128.load(p, 32)));
        d = f32x4.add(d, f32x4.mul(w, v128.load(p, 48)));
      }
      v128.store(out + at, a);
      v128.store(out + at, b, 16);
      v128.store(out + at, c, 32);
      v128.store(out + at, d, 48);
      if (x == last) break;
      x = x + 16 < last ? x + 16 : last;
    }
  }
}
