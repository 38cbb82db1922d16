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

/** Distance of every pixel from (cx, cy) in px, f32. `size` is at least 4. */
export function radii(size: i32, cx: f32, cy: f32, out: usize): void {
  const ramp = f32x4(0, 1, 2, 3);
  for (let y = 0; y < size; y++) {
    const dy = <f32>y - cy;
    const dy2 = f32x4.splat(dy * dy);
    const row = out + ((y * size) << 2);
    let x = 0;
    while (true) {
      const dx = f32x4.sub(f32x4.add(f32x4.splat(<f32>x), ramp), f32x4.splat(cx));
      v128.store(row + (x << 2), f32x4.sqrt(f32x4.add(f32x4.mul(dx, dx), dy2)));
      if (x == size - 4) break;
      x = x + 4 < size - 4 ? x + 4 : size - 4;
    }
  }
}

/**
 * For every second ring the disc sum below which a share `part` of those lie that are met in the directions (cos, sin;
 * f64 each), f32 to `out`; NaN where fewer than three lie on the detector. `work` holds an f32 for each direction.
 */
export function lows(
  size: i32,
  reach: i32,
  count: i32,
  cx: f64,
  cy: f64,
  part: f64,
  sums: usize,
  directions: usize,
  directionCount: i32,
  work: usize,
  out: usize,
): void {
  const last = size - reach;
  for (let ring = 0; ring < count; ring += 2) {
    let found = 0;
    for (let d = 0; d < directionCount; d++) {
      const at = directions + ((d << 4) as usize);
      const x = <i32>floor<f64>(cx + <f64>ring * load<f64>(at) + 0.5);
      const y = <i32>floor<f64>(cy + <f64>ring * load<f64>(at, 8) + 0.5);
      if (min<i32>(x, y) < reach || max<i32>(x, y) >= last) continue;
      store<f32>(work + ((found << 2) as usize), load<f32>(sums + (((y * size + x) << 2) as usize)));
      found++;
    }
    const wanted = <i32>floor<f64>(<f64>found * part);
    store<f32>(out + ((ring << 2) as usize), found < 3 ? <f32>NaN : selected(work, found, wanted));
  }
}

/** The value with `wanted` others before it, were the list sorted; reorders the list. */
function selected(list: usize, count: i32, wanted: i32): f32 {
  let low = list;
  let high = list + (((count - 1) << 2) as usize);
  const goal = list + ((wanted << 2) as usize);
  while (low < high) {
    const pivot = load<f32>(low + ((((high - low) >> 3) as usize) << 2));
    let i = low;
    let j = high;
    while (i <= j) {
      while (load<f32>(i) < pivot) i += 4;
      while (load<f32>(j) > pivot) j -= 4;
      if (i > j) break;
      const swap = load<f32>(i);
      store<f32>(i, load<f32>(j));
      store<f32>(j, swap);
      i += 4;
      j -= 4;
    }
    if (goal <= j) high = j;
    else if (goal >= i) low = i;
    else break;
  }
  return load<f32>(goal);
}

/** Sum and number of the pixels of each ring whose disc sum is within the ring's limit; f64 each, to `out`. */
export function rings(
  size: i32,
  reach: i32,
  count: i32,
  frame: usize,
  sums: usize,
  radius: usize,
  limits: usize,
  out: usize,
): void {
  memory.fill(out, 0, count << 4);
  for (let y = reach; y < size - reach; y++)
    for (let x = reach; x < size - reach; x++) {
      const at = (y * size + x) << 2;
      const ring = <i32>(load<f32>(radius + at) + <f32>0.5);
      if (ring >= count || load<f32>(sums + at) > load<f32>(limits + (ring << 2))) continue;
      const to = out + (ring << 4);
      store<f64>(to, load<f64>(to) + <f64>load<f32>(frame + at));
      store<f64>(to, load<f64>(to, 8) + 1, 8);
    }
}

/** Disc sums less the level of their radius, between rings in proportion; 0 nearer than `inner` and at the edge. */
export function flatten(
  size: i32,
  reach: i32,
  inner: f32,
  count: i32,
  sums: usize,
  radius: usize,
  levels: usize,
  out: usize,
): void {
  memory.fill(out, 0, (size * size) << 2);
  for (let y = reach; y < size - reach; y++)
    for (let x = reach; x < size - reach; x++) {
      const at = (y * size + x) << 2;
      const r = load<f32>(radius + at);
      if (r < inner) continue;
      const ring = min<i32>(count - 2, <i32>r);
      const level = levels + (ring << 2);
      const low = load<f32>(level);
      store<f32>(out + at, load<f32>(sums + at) - (low + (r - <f32>ring) * (load<f32>(level, 4) - low)));
    }
}

/**
 * Pixels above 0, further out than `inner` and at least at the limit of their ring, that nothing within 2 px surpasses,
 * of equals the first; u32 to `out`.
 */
export function maxima(
  size: i32,
  margin: i32,
  inner: f32,
  count: i32,
  disc: usize,
  radius: usize,
  limits: usize,
  out: usize,
): i32 {
  const row = size << 2;
  let n = 0;
  for (let y = margin; y < size - margin; y++)
    for (let x = margin; x < size - margin; x += 4) {
      const at = ((y * size + x) << 2) as usize;
      const p = disc + at;
      const value = v128.load(p);
      let higher = v128.and(f32x4.gt(value, f32x4.splat(0)), f32x4.ge(value, v128.load(p - 4)));
      higher = v128.and(higher, f32x4.ge(value, v128.load(p + 4)));
      higher = v128.and(higher, f32x4.ge(value, v128.load(p - row)));
      higher = v128.and(higher, f32x4.ge(value, v128.load(p + row)));
      let mask = i32x4.bitmask(higher);
      while (mask) {
        const lane = ctz(mask);
        mask &= mask - 1;
        if (x + lane >= size - margin) break;
        const here = at + (lane << 2);
        const r = load<f32>(radius + here);
        if (r <= inner) continue;
        const ring = min<i32>(count - 1, <i32>(r + <f32>0.5));
        if (load<f32>(disc + here) < load<f32>(limits + (ring << 2)) || !highest(disc + here, row)) continue;
        store<u32>(out + ((n << 2) as usize), (here >> 2) as u32);
        n++;
      }
    }
  return n;
}

function highest(at: usize, row: i32): bool {
  const value = load<f32>(at);
  for (let dy = -2; dy <= 2; dy++)
    for (let dx = -2; dx <= 2; dx++) {
      const other = load<f32>(at + dy * row + (dx << 2));
      if (other > value || (other == value && (dy < 0 || (dy == 0 && dx < 0)))) return false;
    }
  return true;
}
