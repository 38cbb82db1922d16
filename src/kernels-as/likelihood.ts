/**
 * Likelihood of one orientation for one pattern, four reflections at a time in f32. Definition and plain twin:
 * src/analyses/orientation/likelihood.ts, which says what every number means; this file only computes the same.
 * Pointers are byte addresses that the caller laid out; nothing is allocated here. Counts are padded to fours.
 */

// What holds for a set of models, see `configure`.
let halfSag: f32 = 0; // 1/(2k)
let fourth: f32 = 0; // 1/(4k²)
let tiltTerm: f32 = 0; // 6·tilt²
let inverseK: f32 = 0;
let xx: f32 = 0;
let xy: f32 = 0;
let yy: f32 = 0;
let modelError: f32 = 0;
let nu: f32 = 0;
let reach: f32 = 0;
let dark: f32 = 0;
let edge: f32 = 0;
let positionVariance: f32 = 0;
let claimed: f32 = 0;
let least: f32 = 0;
let bins: i32 = 0;

/** Bytes of one column of the lists below. */
let near: usize = 0;
let nearColumn: usize = 0;
let lit: usize = 0;
let column: usize = 0;
let work: usize = 0;

// What holds for a pattern, see `pattern`.
let size: i32 = 0;
let disc: usize = 0;
let levels: usize = 0;
let rings: i32 = 0;
let nearest: usize = 0;
let spots: usize = 0;
let spotCount: i32 = 0;
let centreX: f32 = 0;
let centreY: f32 = 0;
let quantum: f32 = 0;
let uneven: f32 = 0;
let allLight: f32 = 0;

let nearCount: i32 = 0;
let litCount: i32 = 0;
let explained: f32 = 0;
let missing: f32 = 0;
let used: i32 = 0;

// Columns of a reflection that may light up.
const NEAR_X: usize = 0;
const NEAR_Y: usize = 1;
const NEAR_Z: usize = 2;
const NEAR_PER_BIN: usize = 3;
const NEAR_BASE: usize = 4;
// Columns of a reflection that is lit; the caller reads the first eleven.
const G_X: usize = 0;
const G_Y: usize = 1;
const G_Z: usize = 2;
const AT_X: usize = 3;
const AT_Y: usize = 4;
const VALUE: usize = 5;
const SLOPE: usize = 6;
const THICKNESS_SLOPE: usize = 7;
const MEASURED: usize = 8;
const LEVEL: usize = 9;
const SPOT_OF: usize = 10;
const E_X: usize = 11;
const E_Y: usize = 12;
const SIGMA2: usize = 13;
const AT_REACH: usize = 14;
const CLAIM: usize = 15;
const ROOT_SPOT: usize = 16;
// Before these are known, the same columns hold: place in the table, row of it, and pairs of cells, two columns each.
const BIN: usize = 11;
const BASE: usize = 12;
const LOWER: usize = 13;
const UPPER: usize = 15;
// A spot: x, y, intensity, variance as given; owner and its claim, position variance, likelihood at the reach.
const SPOT_BYTES: usize = 32;

export function configure(
  k: f32,
  tilt: f32,
  mxx: f32,
  mxy: f32,
  myy: f32,
  error: f32,
  degrees: f32,
  spotReach: f32,
  darkest: f32,
  rim: f32,
  variance: f32,
  claimShare: f32,
  leastCost: f32,
  tableBins: i32,
): void {
  halfSag = <f32>0.5 / k;
  fourth = <f32>0.25 / (k * k);
  tiltTerm = <f32>6 * tilt * tilt;
  inverseK = <f32>1 / k;
  xx = mxx;
  xy = mxy;
  yy = myy;
  modelError = error;
  nu = degrees;
  reach = spotReach;
  dark = darkest;
  edge = rim;
  positionVariance = variance;
  claimed = claimShare;
  least = leastCost;
  bins = tableBins;
}

export function arrange(nearAt: usize, nearBytes: usize, litAt: usize, litBytes: usize, workAt: usize): void {
  near = nearAt;
  nearColumn = nearBytes;
  lit = litAt;
  column = litBytes;
  work = workAt;
  fillPackings();
}

export function pattern(
  side: i32,
  discAt: usize,
  levelsAt: usize,
  levelCount: i32,
  nearestAt: usize,
  spotsAt: usize,
  count: i32,
  x: f32,
  y: f32,
  electron: f32,
  speckle: f32,
): void {
  size = side;
  disc = discAt;
  levels = levelsAt;
  rings = levelCount;
  nearest = nearestAt;
  spots = spotsAt;
  spotCount = count;
  centreX = x;
  centreY = y;
  quantum = electron;
  uneven = speckle;
  allLight = <f32>1e-9;
  for (let s = 0; s < count; s++) {
    const at = spotsAt + <usize>s * SPOT_BYTES;
    const intensity = load<f32>(at, 8);
    allLight += sqrt<f32>(intensity / electron);
    const sigma2 = positionVariance + (<f32>4 * load<f32>(at, 12)) / (intensity * intensity);
    store<f32>(at, sigma2, 24);
    store<f32>(at, <f32>1 + (reach * reach) / sigma2 / nu, 28);
  }
}

/** Lists the reflections of a phase that can light up: columns x, y, z, length, reach, bins per 1/Å, row. */
export function collect(columns: usize, count: i32, a: f32, b: f32, c: f32, margin: f32): i32 {
  const bytes = <usize>count << 2;
  const va = f32x4.splat(a);
  const vb = f32x4.splat(b);
  const vc = f32x4.splat(c);
  const vm = f32x4.splat(margin);
  const half = f32x4.splat(halfSag);
  let n: usize = 0;
  for (let i: usize = 0; i < bytes; i += 16) {
    const at = columns + i;
    const z = f32x4.add(
      f32x4.mul(va, v128.load(at)),
      f32x4.add(f32x4.mul(vb, v128.load(at + bytes)), f32x4.mul(vc, v128.load(at + 2 * bytes))),
    );
    const length = v128.load(at + 3 * bytes);
    const s0 = f32x4.add(z, f32x4.mul(half, f32x4.sub(f32x4.mul(length, length), f32x4.mul(z, z))));
    const limit = f32x4.add(v128.load(at + 4 * bytes), f32x4.mul(vm, length));
    let mask = i32x4.bitmask(f32x4.lt(f32x4.abs(s0), limit));
    while (mask) {
      const from = at + (<usize>ctz(mask) << 2);
      mask &= mask - 1;
      const to = near + (n << 2);
      store<f32>(to + NEAR_X * nearColumn, load<f32>(from));
      store<f32>(to + NEAR_Y * nearColumn, load<f32>(from + bytes));
      store<f32>(to + NEAR_Z * nearColumn, load<f32>(from + 2 * bytes));
      store<f32>(to + NEAR_PER_BIN * nearColumn, load<f32>(from + 5 * bytes));
      store<u32>(to + NEAR_BASE * nearColumn, load<u32>(from + 6 * bytes));
      n++;
    }
  }
  nearCount = <i32>n;
  for (let i: usize = n; i < n + 3; i++) {
    const to = near + (i << 2);
    store<f32>(to + NEAR_X * nearColumn, 0);
    store<f32>(to + NEAR_Y * nearColumn, 0);
    store<f32>(to + NEAR_Z * nearColumn, 1e9);
    store<f32>(to + NEAR_PER_BIN * nearColumn, 1e9);
    store<u32>(to + NEAR_BASE * nearColumn, 0);
  }
  return nearCount;
}

// @ts-ignore: decorator
@inline
function put(at: usize, which: usize, value: f32): void {
  store<f32>(at + which * column, value);
}

/** Where `packing` of each mask begins: lanes of the mask first, in order. */
const PACKINGS: usize = 128 + 16 * 35;

/** For each of the sixteen masks of four lanes, the bytes that bring its lanes to the front. */
function fillPackings(): void {
  for (let mask: usize = 0; mask < 16; mask++) {
    let to = work + PACKINGS + 16 * mask;
    for (let lane: usize = 0; lane < 4; lane++) {
      if (!((mask >> lane) & 1)) continue;
      for (let byte: usize = 0; byte < 4; byte++) store<u8>(to + byte, <u8>(4 * lane + byte));
      to += 4;
    }
  }
}

// @ts-ignore: decorator
@inline
function pack(to: usize, which: usize, values: v128, packing: v128): void {
  v128.store(to + which * column, i8x16.swizzle(values, packing));
}

/** Bits of a negative sign. */
const SIGN: i32 = -2147483648;

/** Lists the listed reflections that fall on the detector within their table: places and excitation errors. */
function place(state: usize): usize {
  const m00 = v128.load32_splat(state);
  const m01 = v128.load32_splat(state, 4);
  const m02 = v128.load32_splat(state, 8);
  const m10 = v128.load32_splat(state, 12);
  const m11 = v128.load32_splat(state, 16);
  const m12 = v128.load32_splat(state, 20);
  const m20 = v128.load32_splat(state, 24);
  const m21 = v128.load32_splat(state, 28);
  const m22 = v128.load32_splat(state, 32);
  const originX = f32x4.splat(load<f32>(state, 36) + centreX);
  const originY = f32x4.splat(load<f32>(state, 40) + centreY);
  const vxx = f32x4.splat(xx);
  const vxy = f32x4.splat(xy);
  const vyy = f32x4.splat(yy);
  const low = f32x4.splat(edge);
  const top = f32x4.splat(<f32>(size - 1) - edge);
  const lastBin = f32x4.splat(<f32>(bins - 1));
  const one = f32x4.splat(1);
  let n: usize = 0;
  for (let j = 0; j < nearCount; j += 4) {
    const at = near + (<usize>j << 2);
    const hx = v128.load(at);
    const hy = v128.load(at + nearColumn);
    const hz = v128.load(at + 2 * nearColumn);
    const gx = f32x4.add(f32x4.mul(m00, hx), f32x4.add(f32x4.mul(m01, hy), f32x4.mul(m02, hz)));
    const gy = f32x4.add(f32x4.mul(m10, hx), f32x4.add(f32x4.mul(m11, hy), f32x4.mul(m12, hz)));
    const gz = f32x4.add(f32x4.mul(m20, hx), f32x4.add(f32x4.mul(m21, hy), f32x4.mul(m22, hz)));
    const x = f32x4.add(originX, f32x4.add(f32x4.mul(vxx, gx), f32x4.mul(vxy, gy)));
    const y = f32x4.add(originY, f32x4.add(f32x4.mul(vxy, gx), f32x4.mul(vyy, gy)));
    const r2 = f32x4.add(f32x4.mul(gx, gx), f32x4.mul(gy, gy));
    const bend = f32x4.add(one, f32x4.mul(f32x4.add(r2, f32x4.splat(tiltTerm)), f32x4.splat(fourth)));
    const s0 = f32x4.neg(f32x4.add(gz, f32x4.mul(f32x4.splat(halfSag), f32x4.mul(r2, bend))));
    const perBin = v128.load(at + NEAR_PER_BIN * nearColumn);
    const bin = f32x4.mul(f32x4.abs(s0), perBin);
    const inside = v128.and(
      v128.and(f32x4.ge(x, low), f32x4.ge(y, low)),
      v128.and(v128.and(f32x4.le(x, top), f32x4.le(y, top)), f32x4.lt(bin, lastBin)),
    );
    const mask = i32x4.bitmask(inside);
    if (!mask) continue;
    const packing = v128.load(work + PACKINGS + ((<usize>mask) << 4));
    const to = lit + (n << 2);
    pack(to, G_X, gx, packing);
    pack(to, G_Y, gy, packing);
    pack(to, G_Z, gz, packing);
    pack(to, AT_X, x, packing);
    pack(to, AT_Y, y, packing);
    // The table's slope per 1/Å, with the sign of the excitation error.
    pack(to, SLOPE, v128.or(perBin, v128.and(s0, i32x4.splat(SIGN))), packing);
    pack(to, BIN, bin, packing);
    pack(to, BASE, v128.load(at + NEAR_BASE * nearColumn), packing);
    n += <usize>popcnt(mask);
  }
  return n;
}

/** Values of the first `n` at a thickness `part` beyond row `lower`; keeps those that are not dark, their number. */
function shine(values: usize, lower: i32, part: f32, n: usize): usize {
  const rowBytes = <usize>bins << 2;
  const table = values + <usize>lower * rowBytes;
  // The table is far larger than the cache: a short loop of loads only, so that many of them wait at a time.
  for (let i: usize = 0; i < n; i++) {
    const at = lit + (i << 2);
    const cell = table + <usize>load<u32>(at + BASE * column) + (<usize>(<i32>load<f32>(at + BIN * column)) << 2);
    const pair = lit + (i << 3);
    store<u64>(pair + LOWER * column, load<u64>(cell));
    store<u64>(pair + UPPER * column, load<u64>(cell + rowBytes));
  }
  const vpart = f32x4.splat(part);
  const rest = f32x4.splat(<f32>1 - part);
  const threshold = f32x4.splat(dark);
  const originX = f32x4.splat(centreX);
  const originY = f32x4.splat(centreY);
  const lanes = i32x4(0, 1, 2, 3);
  let kept: usize = 0;
  for (let i: usize = 0; i < n; i += 4) {
    const at = lit + (i << 2);
    const pair = lit + (i << 3);
    const bin = v128.load(at + BIN * column);
    const f = f32x4.sub(bin, f32x4.trunc(bin));
    const la = v128.load(pair + LOWER * column);
    const lb = v128.load(pair + LOWER * column, 16);
    const ha = v128.load(pair + UPPER * column);
    const hb = v128.load(pair + UPPER * column, 16);
    const l0 = v128.shuffle<f32>(la, lb, 0, 2, 4, 6);
    const dl = f32x4.sub(v128.shuffle<f32>(la, lb, 1, 3, 5, 7), l0);
    const h0 = v128.shuffle<f32>(ha, hb, 0, 2, 4, 6);
    const dh = f32x4.sub(v128.shuffle<f32>(ha, hb, 1, 3, 5, 7), h0);
    const low = f32x4.add(l0, f32x4.mul(f, dl));
    const rise = f32x4.sub(f32x4.add(h0, f32x4.mul(f, dh)), low);
    const value = f32x4.add(low, f32x4.mul(vpart, rise));
    const real = i32x4.gt_s(i32x4.splat(<i32>(n - i)), lanes);
    const mask = i32x4.bitmask(v128.and(real, f32x4.ge(value, threshold)));
    if (!mask) continue;
    const slope = f32x4.mul(
      f32x4.add(f32x4.mul(rest, dl), f32x4.mul(vpart, dh)),
      v128.load(at + SLOPE * column),
    );
    const packing = v128.load(work + PACKINGS + ((<usize>mask) << 4));
    // What is written never reaches what is still to be read: the kept are no more than those passed.
    const to = lit + (kept << 2);
    pack(to, G_X, v128.load(at + G_X * column), packing);
    pack(to, G_Y, v128.load(at + G_Y * column), packing);
    pack(to, G_Z, v128.load(at + G_Z * column), packing);
    pack(to, AT_X, f32x4.sub(v128.load(at + AT_X * column), originX), packing);
    pack(to, AT_Y, f32x4.sub(v128.load(at + AT_Y * column), originY), packing);
    pack(to, VALUE, value, packing);
    pack(to, SLOPE, slope, packing);
    pack(to, THICKNESS_SLOPE, rise, packing);
    kept += <usize>popcnt(mask);
  }
  return kept;
}

/** What the pattern has where each of the first `n` falls: the disc sum, the ring's level, and whose spot it is. */
function look(n: usize): void {
  const originX = f32x4.splat(centreX);
  const originY = f32x4.splat(centreY);
  const half = f32x4.splat(0.5);
  const lastRing = i32x4.splat(rings - 1);
  const bytes = <usize>size << 2;
  for (let i: usize = 0; i < n; i += 4) {
    const at = lit + (i << 2);
    const px = v128.load(at + AT_X * column);
    const py = v128.load(at + AT_Y * column);
    const c = f32x4.add(px, originX);
    const r = f32x4.add(py, originY);
    const ix = i32x4.trunc_sat_f32x4_s(c);
    const iy = i32x4.trunc_sat_f32x4_s(r);
    const side = i32x4.splat(size);
    const pixel = i32x4.add(i32x4.mul(iy, side), ix);
    const nearestPixel = i32x4.add(
      i32x4.mul(i32x4.trunc_sat_f32x4_s(f32x4.add(r, half)), side),
      i32x4.trunc_sat_f32x4_s(f32x4.add(c, half)),
    );
    const radius = f32x4.sqrt(f32x4.add(f32x4.mul(px, px), f32x4.mul(py, py)));
    const ring = i32x4.min_s(lastRing, i32x4.trunc_sat_f32x4_s(f32x4.add(radius, half)));
    v128.store(work, pixel);
    v128.store(work, nearestPixel, 16);
    v128.store(work, ring, 32);
    const count = min<usize>(4, n - i);
    for (let lane: usize = 0; lane < count; lane++) {
      const to = at + (lane << 2);
      const p = disc + (<usize>load<u32>(work + (lane << 2)) << 2);
      store<u64>(work + (lane << 3), load<u64>(p), 48);
      store<u64>(work + (lane << 3), load<u64>(p + bytes), 80);
      put(to, LEVEL, load<f32>(levels + (<usize>load<u32>(work + (lane << 2), 32) << 2)));
      store<i32>(
        to + SPOT_OF * column,
        <i32>load<i16>(nearest + (<usize>load<u32>(work + (lane << 2), 16) << 1)),
      );
    }
    const aboveA = v128.load(work, 48);
    const aboveB = v128.load(work, 64);
    const belowA = v128.load(work, 80);
    const belowB = v128.load(work, 96);
    const fx = f32x4.sub(c, f32x4.convert_i32x4_s(ix));
    const fy = f32x4.sub(r, f32x4.convert_i32x4_s(iy));
    const a0 = v128.shuffle<f32>(aboveA, aboveB, 0, 2, 4, 6);
    const a1 = v128.shuffle<f32>(aboveA, aboveB, 1, 3, 5, 7);
    const b0 = v128.shuffle<f32>(belowA, belowB, 0, 2, 4, 6);
    const b1 = v128.shuffle<f32>(belowA, belowB, 1, 3, 5, 7);
    const above = f32x4.add(a0, f32x4.mul(fx, f32x4.sub(a1, a0)));
    const below = f32x4.add(b0, f32x4.mul(fx, f32x4.sub(b1, b0)));
    v128.store(at + MEASURED * column, f32x4.add(above, f32x4.mul(fy, f32x4.sub(below, above))));
  }
}

/** Gives each spot to the brightest of those that fall near it; a disc near a spot of another says nothing. */
function own(n: usize): void {
  for (let s = 0; s < spotCount; s++) {
    const at = spots + <usize>s * SPOT_BYTES;
    store<i32>(at, -1, 16);
    store<f32>(at, 0, 20);
  }
  for (let i: usize = 0; i < n; i++) {
    const at = lit + (i << 2);
    const s = load<i32>(at + SPOT_OF * column);
    if (s < 0) continue;
    const spot = spots + <usize>s * SPOT_BYTES;
    const dx = load<f32>(spot) - load<f32>(at + AT_X * column);
    const dy = load<f32>(spot, 4) - load<f32>(at + AT_Y * column);
    const d2 = dx * dx + dy * dy;
    let owned = -1;
    if (d2 < reach * reach) {
      owned = -2;
      const strength = load<f32>(at + VALUE * column) / (<f32>1 + d2 + <f32>0.5 * d2 * d2);
      if (strength > load<f32>(spot, 20)) {
        store<f32>(spot, strength, 20);
        store<i32>(spot, <i32>i, 16);
      }
    }
    store<i32>(at + SPOT_OF * column, owned);
  }
  // Lanes that complete the last four are somebody else's: they say nothing.
  for (let i: usize = n; i < n + 3; i++) {
    const to = lit + (i << 2);
    for (let which: usize = 0; which < SPOT_OF; which++) put(to, which, 0);
    store<i32>(to + SPOT_OF * column, -2);
  }
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let i: usize = 0; i < n; i += 4) {
    const to = lit + (i << 2);
    v128.store(to + E_X * column, zero);
    v128.store(to + E_Y * column, zero);
    v128.store(to + SIGMA2 * column, one);
    v128.store(to + AT_REACH * column, one);
    v128.store(to + CLAIM * column, zero);
    v128.store(to + ROOT_SPOT * column, zero);
  }
  for (let s = 0; s < spotCount; s++) {
    const spot = spots + <usize>s * SPOT_BYTES;
    const j = load<i32>(spot, 16);
    if (j < 0) continue;
    const to = lit + (<usize>j << 2);
    const intensity = load<f32>(spot, 8);
    store<i32>(to + SPOT_OF * column, s);
    put(to, MEASURED, max<f32>(load<f32>(to + MEASURED * column), intensity));
    put(to, E_X, load<f32>(spot) - load<f32>(to + AT_X * column));
    put(to, E_Y, load<f32>(spot, 4) - load<f32>(to + AT_Y * column));
    put(to, SIGMA2, load<f32>(spot, 24));
    put(to, AT_REACH, load<f32>(spot, 28));
    put(to, CLAIM, <f32>1 / ((claimed * intensity) / quantum + <f32>1e-9));
    put(to, ROOT_SPOT, sqrt<f32>(intensity / quantum));
  }
}

/** `state`: the rotation matrix, row by row, and the beam's shift; thickness as row of the table and part of a row. */
export function predict(values: usize, state: usize, lower: i32, part: f32): i32 {
  const n = shine(values, lower, part, place(state));
  look(n);
  own(n);
  litCount = <i32>n;
  return litCount;
}

// @ts-ignore: decorator
@inline
function sumOf(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

/** Square root of the scale between the model and grey levels. */
export function findScale(): f32 {
  const zero = f32x4.splat(0);
  const eps2 = f32x4.splat(modelError * modelError);
  const q = f32x4.splat(quantum);
  const four = f32x4.splat(4);
  const vnu = f32x4.splat(nu);
  let scale: f32 = 0;
  for (let pass = 0; pass < 4; pass++) {
    let top = zero;
    let bottom = zero;
    const vs = f32x4.splat(scale);
    for (let j = 0; j < litCount; j += 4) {
      const at = lit + (<usize>j << 2);
      const skipped = i32x4.eq(v128.load(at + SPOT_OF * column), i32x4.splat(-2));
      const amplitude = f32x4.sqrt(v128.load(at + VALUE * column));
      const found = v128.load(at + MEASURED * column);
      const back = v128.load(at + LEVEL * column);
      const y = f32x4.sqrt(f32x4.max(zero, found));
      const p = f32x4.mul(vs, amplitude);
      const p2 = f32x4.mul(p, p);
      const level = f32x4.max(f32x4.max(found, p2), f32x4.max(back, q));
      const sigma2 = f32x4.add(
        f32x4.div(f32x4.mul(q, f32x4.add(level, back)), f32x4.mul(four, level)),
        f32x4.mul(eps2, f32x4.max(p2, f32x4.mul(y, y))),
      );
      let w: v128;
      if (pass === 0) w = f32x4.div(f32x4.splat(1), f32x4.add(sigma2, q));
      else {
        const d = f32x4.sub(y, p);
        const r2 = f32x4.div(f32x4.mul(d, d), sigma2);
        w = f32x4.div(f32x4.splat(nu + 1), f32x4.mul(sigma2, f32x4.add(vnu, r2)));
      }
      w = v128.andnot(w, skipped);
      top = f32x4.add(top, f32x4.mul(w, f32x4.mul(y, amplitude)));
      bottom = f32x4.add(bottom, f32x4.mul(w, f32x4.mul(amplitude, amplitude)));
    }
    scale = (sumOf(top) + <f32>1e-12) / (sumOf(bottom) + <f32>1e-12);
  }
  return scale;
}

/** Natural logarithm of positive normal numbers; to some 1e-7 (polynomial of Cephes' logf, S. L. Moshier). */
// @ts-ignore: decorator
@inline
function logarithm(x: v128): v128 {
  const offset = i32x4.splat(0x3f3504f3);
  const e = i32x4.shr_s(i32x4.sub(x, offset), 23);
  const f = f32x4.sub(i32x4.sub(x, i32x4.shl(e, 23)), f32x4.splat(1));
  let y = f32x4.splat(0.070376836292);
  y = f32x4.add(f32x4.mul(y, f), f32x4.splat(-0.11514610310));
  y = f32x4.add(f32x4.mul(y, f), f32x4.splat(0.11676998740));
  y = f32x4.add(f32x4.mul(y, f), f32x4.splat(-0.12420140846));
  y = f32x4.add(f32x4.mul(y, f), f32x4.splat(0.14249322787));
  y = f32x4.add(f32x4.mul(y, f), f32x4.splat(-0.16668057665));
  y = f32x4.add(f32x4.mul(y, f), f32x4.splat(0.20000714765));
  y = f32x4.add(f32x4.mul(y, f), f32x4.splat(-0.24999993993));
  y = f32x4.add(f32x4.mul(y, f), f32x4.splat(0.33333331174));
  const z = f32x4.mul(f, f);
  const part = f32x4.add(f32x4.mul(f32x4.mul(y, f), z), f32x4.mul(f32x4.splat(-0.5), z));
  return f32x4.add(
    f32x4.add(f, part),
    f32x4.mul(f32x4.convert_i32x4_s(e), f32x4.splat(0.69314718056)),
  );
}

/** Sums of the normal matrix (lower triangle row by row) and of the gradient, one vector each. */
const SUMS: usize = 128;
const TRIANGLE: usize = 28;

// @ts-ignore: decorator
@inline
function add(index: usize, value: v128): void {
  const at = work + SUMS + (index << 4);
  v128.store(at, f32x4.add(v128.load(at), value));
}

/** Adds one residual per lane with weight w and derivatives va … vd in the parameters a < b < c < d. */
// @ts-ignore: decorator
@inline
function accumulate(
  a: usize,
  b: usize,
  c: usize,
  d: usize,
  va: v128,
  vb: v128,
  vc: v128,
  vd: v128,
  w: v128,
  e: v128,
): void {
  const wa = f32x4.mul(w, va);
  const wb = f32x4.mul(w, vb);
  const wc = f32x4.mul(w, vc);
  const wd = f32x4.mul(w, vd);
  add(TRIANGLE + a, f32x4.mul(wa, e));
  add(TRIANGLE + b, f32x4.mul(wb, e));
  add(TRIANGLE + c, f32x4.mul(wc, e));
  add(TRIANGLE + d, f32x4.mul(wd, e));
  const rb = (b * (b + 1)) >> 1;
  const rc = (c * (c + 1)) >> 1;
  const rd = (d * (d + 1)) >> 1;
  add(((a * (a + 1)) >> 1) + a, f32x4.mul(wa, va));
  add(rb + a, f32x4.mul(wb, va));
  add(rb + b, f32x4.mul(wb, vb));
  add(rc + a, f32x4.mul(wc, va));
  add(rc + b, f32x4.mul(wc, vb));
  add(rc + c, f32x4.mul(wc, vc));
  add(rd + a, f32x4.mul(wd, va));
  add(rd + b, f32x4.mul(wd, vb));
  add(rd + c, f32x4.mul(wd, vc));
  add(rd + d, f32x4.mul(wd, vd));
}

/** Cost of what was predicted last at a scale [grey]; with `derivatives`, their sums go to `out`, 35 f64. */
export function compare(grey: f32, derivatives: bool, out: usize): f32 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const two = f32x4.splat(2);
  const inverse = f32x4.splat(<f32>1 / quantum);
  const scale = f32x4.splat(grey / quantum);
  const vnu = f32x4.splat(nu);
  const inverseNu = f32x4.splat(<f32>1 / nu);
  const spread = f32x4.splat(uneven);
  const spread2 = f32x4.splat(uneven * uneven);
  const error = f32x4.splat(modelError);
  const floor = f32x4.splat(least);
  const vxx = f32x4.splat(xx);
  const vxy = f32x4.splat(xy);
  const vyy = f32x4.splat(yy);
  if (derivatives) memory.fill(work + SUMS, 0, 16 * (TRIANGLE + 7));
  let cost = zero;
  let seen = zero;
  let lost = zero;
  used = 0;
  for (let j = 0; j < litCount; j += 4) {
    const at = lit + (<usize>j << 2);
    const spot = v128.load(at + SPOT_OF * column);
    const back = f32x4.add(f32x4.mul(v128.load(at + LEVEL * column), inverse), f32x4.splat(0.375));
    const bright = f32x4.mul(scale, v128.load(at + VALUE * column));
    const bright2 = f32x4.mul(bright, bright);
    const own = i32x4.ge_s(spot, i32x4.splat(0));
    // Neither a disc that a stronger neighbour covers, nor one a tenth of the noise bright, says anything.
    const alone = v128.and(
      i32x4.eq(spot, i32x4.splat(-1)),
      f32x4.ge(bright2, f32x4.mul(f32x4.splat(0.01), back)),
    );
    const says = v128.or(own, alone);
    if (!v128.any_true(says)) continue;
    const root2 = f32x4.add(bright, back);
    const root = f32x4.sqrt(root2);
    const found = f32x4.sqrt(
      f32x4.max(zero, f32x4.add(f32x4.mul(v128.load(at + MEASURED * column), inverse), back)),
    );
    const flat = f32x4.mul(spread, back);
    const model = f32x4.mul(two, f32x4.mul(error, bright));
    const sigma2 = f32x4.add(
      one,
      f32x4.div(f32x4.add(f32x4.mul(flat, flat), f32x4.mul(model, model)), root2),
    );
    const e = f32x4.mul(two, f32x4.sub(found, root));
    const r2 = f32x4.div(f32x4.mul(e, e), sigma2);
    const e0 = f32x4.mul(two, f32x4.sub(found, f32x4.sqrt(back)));
    const sigma02 = f32x4.add(one, f32x4.mul(spread2, back));
    const r20 = f32x4.div(f32x4.mul(e0, e0), sigma02);
    const ratio = f32x4.div(
      f32x4.add(one, f32x4.mul(r2, inverseNu)),
      f32x4.add(one, f32x4.mul(r20, inverseNu)),
    );
    let odds = f32x4.add(
      logarithm(f32x4.div(sigma2, sigma02)),
      f32x4.mul(f32x4.splat(nu + 1), logarithm(ratio)),
    );
    // Without a spot of its own a disc cannot speak for the candidate, only against it.
    odds = v128.bitselect(odds, f32x4.max(floor, odds), own);
    cost = f32x4.add(cost, v128.and(odds, says));
    const loud = v128.and(v128.andnot(says, own), f32x4.gt(bright2, f32x4.mul(f32x4.splat(4), back)));
    lost = f32x4.add(lost, v128.and(f32x4.sqrt(bright), loud));
    const gx = v128.load(at + G_X * column);
    const gy = v128.load(at + G_Y * column);
    const gz = v128.load(at + G_Z * column);
    if (derivatives) {
      const w = v128.and(
        f32x4.div(f32x4.splat(nu + 1), f32x4.mul(sigma2, f32x4.add(vnu, r2))),
        says,
      );
      // dG = ω × G; the excitation error falls with G_z and with the sphere's sag.
      const perRoot = f32x4.div(scale, root);
      const factor = f32x4.mul(
        f32x4.mul(perRoot, v128.load(at + SLOPE * column)),
        f32x4.sub(one, f32x4.mul(gz, f32x4.splat(inverseK))),
      );
      accumulate(
        0,
        1,
        5,
        6,
        f32x4.neg(f32x4.mul(factor, gy)),
        f32x4.mul(factor, gx),
        f32x4.div(bright, root),
        f32x4.mul(perRoot, v128.load(at + THICKNESS_SLOPE * column)),
        w,
        e,
      );
    }
    if (!v128.any_true(own)) continue;
    used += popcnt(i32x4.bitmask(own));
    const light = f32x4.min(v128.load(at + ROOT_SPOT * column), f32x4.mul(two, f32x4.sqrt(bright)));
    seen = f32x4.add(seen, v128.and(light, own));
    const ex = v128.load(at + E_X * column);
    const ey = v128.load(at + E_Y * column);
    const sigmaXy2 = v128.load(at + SIGMA2 * column);
    const p2 = f32x4.div(f32x4.add(f32x4.mul(ex, ex), f32x4.mul(ey, ey)), sigmaXy2);
    const claim = v128.and(f32x4.min(one, f32x4.mul(bright, v128.load(at + CLAIM * column))), own);
    const close = f32x4.div(
      f32x4.add(one, f32x4.mul(p2, inverseNu)),
      v128.load(at + AT_REACH * column),
    );
    cost = f32x4.add(cost, f32x4.mul(f32x4.mul(claim, f32x4.splat(nu + 2)), logarithm(close)));
    if (derivatives) {
      const w = f32x4.div(
        f32x4.mul(claim, f32x4.splat(nu + 2)),
        f32x4.mul(sigmaXy2, f32x4.add(vnu, p2)),
      );
      accumulate(
        0,
        1,
        2,
        3,
        f32x4.neg(f32x4.mul(vxy, gz)),
        f32x4.mul(vxx, gz),
        f32x4.sub(f32x4.mul(vxy, gx), f32x4.mul(vxx, gy)),
        one,
        w,
        ex,
      );
      accumulate(
        0,
        1,
        2,
        4,
        f32x4.neg(f32x4.mul(vyy, gz)),
        f32x4.mul(vxy, gz),
        f32x4.sub(f32x4.mul(vyy, gx), f32x4.mul(vxy, gy)),
        one,
        w,
        ey,
      );
    }
  }
  explained = sumOf(seen);
  missing = sumOf(lost);
  if (derivatives)
    for (let i: usize = 0; i < TRIANGLE + 7; i++)
      store<f64>(out + (i << 3), <f64>sumOf(v128.load(work + SUMS + (i << 4))));
  return sumOf(cost);
}

/** Share of the square-root light of the spots that the last comparison explained. */
export function explainedShare(): f32 {
  return explained / (allLight + <f32>0.5 * missing);
}

export function usedSpots(): i32 {
  return used;
}
