/**
 * Template search in integers, eight lanes at a time. Every function has a plain twin in ../kernels/search-plain.ts that
 * gives the same integers. All pointers are byte addresses that the caller laid out; nothing is allocated here.
 *
 * Polar images hold one byte per sample, one row per radius. A row of the whole image has 360 azimuths and 72 more
 * that repeat its start; a row of the image of even azimuths, or of odd ones, has 180, repeated up to 376.
 */

const STEPS: u32 = 360;
const HALF_STEPS: u32 = 180;
const HALF_FILLED: u32 = 376;
/** Bytes of a row of any of the images. */
const ROW: u32 = 432;
/** Azimuths that nine accumulators of eight lanes hold. */
const BLOCK: u32 = 72;
/** Azimuths that twelve accumulators hold; two such blocks cover 180. */
const HALF_BLOCK: u32 = 96;
/** Angles of a window, and where the angle that it is about stands in it. */
const WINDOW: u32 = 8;
const MIDDLE: u32 = 3;
/** Half width of the window about the best angle that the second best must lie outside of. */
const APART: i32 = 8;
/** Bytes of one spot: row offset (u32), azimuth (u16), weight (u16). */
const SPOT: usize = 8;

// @ts-ignore: decorator
@inline
function rootOfFour(at: usize, scale: v128): v128 {
  const positive = f32x4.max(v128.load(at), f32x4.splat(0));
  return i32x4.trunc_sat_f32x4_s(
    f32x4.add(f32x4.mul(f32x4.sqrt(positive), scale), f32x4.splat(0.5)),
  );
}

/** Even and odd azimuths of a row of the whole image. */
// @ts-ignore: decorator
@inline
function halve(row: usize, even: usize, odd: usize): void {
  for (let a: usize = 0; a < HALF_STEPS; a += 16) {
    const low = v128.load(row + 2 * a);
    const high = v128.load(row + 2 * a, 16);
    v128.store(even + a, i8x16.shuffle(low, high, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30));
    v128.store(odd + a, i8x16.shuffle(low, high, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31));
  }
  for (let a: usize = HALF_STEPS; a < HALF_FILLED; a += 4) {
    store<u32>(even + a, load<u32>(even + a - HALF_STEPS));
    store<u32>(odd + a, load<u32>(odd + a - HALF_STEPS));
  }
}

/** Bytes min(255, round(scale·√value)) of `count` values, `count` a multiple of 16. */
export function root(values: usize, count: u32, scale: f32, out: usize): void {
  const factor = f32x4.splat(scale);
  for (let i: usize = 0; i < count; i += 16) {
    const at = values + 4 * i;
    const low = i16x8.narrow_i32x4_s(rootOfFour(at, factor), rootOfFour(at + 16, factor));
    const high = i16x8.narrow_i32x4_s(rootOfFour(at + 32, factor), rootOfFour(at + 48, factor));
    v128.store(out + i, i8x16.narrow_i16x8_u(low, high));
  }
}

/**
 * The polar images of a square byte image about a centre, bilinear, zero outside; returns the sum of the whole one
 * without its repetition. Centre and the 360 pairs (cos, sin) in 1/65536.
 */
export function polar(
  image: usize,
  size: i32,
  cx: i32,
  cy: i32,
  directions: usize,
  first: i32,
  radii: i32,
  whole: usize,
  even: usize,
  odd: usize,
): u32 {
  const limit = i32x4.splat(size - 1);
  const side = i32x4.splat(size);
  const low = i32x4.splat(255);
  const one = i32x4.splat(256);
  const half2 = i32x4.splat(32768);
  let sums = i32x4.splat(0);
  for (let r = first; r < radii; r++) {
    const row = whole + r * ROW;
    const radius = i32x4.splat(r);
    for (let a: usize = 0; a < STEPS; a += 4) {
      const ab = v128.load(directions + 8 * a);
      const cd = v128.load(directions + 8 * a, 16);
      const x = i32x4.add(i32x4.splat(cx), i32x4.mul(radius, v128.shuffle<i32>(ab, cd, 0, 2, 4, 6)));
      const y = i32x4.add(i32x4.splat(cy), i32x4.mul(radius, v128.shuffle<i32>(ab, cd, 1, 3, 5, 7)));
      const column = i32x4.shr_s(x, 16);
      const line = i32x4.shr_s(y, 16);
      const inside = v128.and(i32x4.lt_u(column, limit), i32x4.lt_u(line, limit));
      // Outside, the first pixels are read and not used.
      const at = v128.and(i32x4.add(i32x4.mul(line, side), column), inside);
      const p0 = image + <usize>i32x4.extract_lane(at, 0);
      const p1 = image + <usize>i32x4.extract_lane(at, 1);
      const p2 = image + <usize>i32x4.extract_lane(at, 2);
      const p3 = image + <usize>i32x4.extract_lane(at, 3);
      const above = i32x4(load<u16>(p0), load<u16>(p1), load<u16>(p2), load<u16>(p3));
      const below = i32x4(load<u16>(p0 + size), load<u16>(p1 + size), load<u16>(p2 + size), load<u16>(p3 + size));
      const fx = v128.and(i32x4.shr_u(x, 8), low);
      const fy = v128.and(i32x4.shr_u(y, 8), low);
      const gx = i32x4.sub(one, fx);
      const top = i32x4.add(i32x4.mul(v128.and(above, low), gx), i32x4.mul(i32x4.shr_u(above, 8), fx));
      const bottom = i32x4.add(i32x4.mul(v128.and(below, low), gx), i32x4.mul(i32x4.shr_u(below, 8), fx));
      const blend = i32x4.add(i32x4.mul(top, i32x4.sub(one, fy)), i32x4.mul(bottom, fy));
      const value = v128.and(i32x4.shr_u(i32x4.add(blend, half2), 16), inside);
      const words = i16x8.narrow_i32x4_u(value, value);
      v128.store_lane<u32>(row + a, i8x16.narrow_i16x8_u(words, words), 0);
      sums = i32x4.add(sums, value);
    }
    for (let a: usize = 0; a < BLOCK; a += 8) store<u64>(row + STEPS + a, load<u64>(row + a));
    halve(row, even + r * ROW, odd + r * ROW);
  }
  return (
    i32x4.extract_lane(sums, 0) +
    i32x4.extract_lane(sums, 1) +
    i32x4.extract_lane(sums, 2) +
    i32x4.extract_lane(sums, 3)
  );
}

// @ts-ignore: decorator
@inline
function term(sum: v128, at: usize, weight: v128): v128 {
  return i16x8.add_sat_u(sum, i16x8.mul(v128.load8x8_u(at), weight));
}

/** Sums over the spots at all 360 angles, to `sums`. */
function wholeSums(spots: usize, end: usize, image: usize, sums: usize): void {
  for (let b: u32 = 0; b < STEPS; b += BLOCK) {
    let s0 = i16x8.splat(0);
    let s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0, s8 = s0;
    for (let p = spots; p < end; p += SPOT) {
      const azimuth = <u32>load<u16>(p, 4) + b;
      const at = image + load<u32>(p) + select<u32>(azimuth - STEPS, azimuth, azimuth >= STEPS);
      const weight = v128.load16_splat(p, 6);
      s0 = term(s0, at, weight);
      s1 = term(s1, at + 8, weight);
      s2 = term(s2, at + 16, weight);
      s3 = term(s3, at + 24, weight);
      s4 = term(s4, at + 32, weight);
      s5 = term(s5, at + 40, weight);
      s6 = term(s6, at + 48, weight);
      s7 = term(s7, at + 56, weight);
      s8 = term(s8, at + 64, weight);
    }
    const out = sums + 2 * b;
    v128.store(out, s0);
    v128.store(out, s1, 16);
    v128.store(out, s2, 32);
    v128.store(out, s3, 48);
    v128.store(out, s4, 64);
    v128.store(out, s5, 80);
    v128.store(out, s6, 96);
    v128.store(out, s7, 112);
    v128.store(out, s8, 128);
  }
}

/** Sums over the spots at 192 even angles, the last twelve a repetition. */
function evenSums(spots: usize, end: usize, even: usize, odd: usize, sums: usize): void {
  for (let b: u32 = 0; b < 2 * HALF_BLOCK; b += HALF_BLOCK) {
    let s0 = i16x8.splat(0);
    let s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0, s8 = s0, s9 = s0, s10 = s0, s11 = s0;
    for (let p = spots; p < end; p += SPOT) {
      const azimuth = <u32>load<u16>(p, 4);
      const at = select<usize>(odd, even, azimuth & 1) + load<u32>(p) + (azimuth >> 1) + b;
      const weight = v128.load16_splat(p, 6);
      s0 = term(s0, at, weight);
      s1 = term(s1, at + 8, weight);
      s2 = term(s2, at + 16, weight);
      s3 = term(s3, at + 24, weight);
      s4 = term(s4, at + 32, weight);
      s5 = term(s5, at + 40, weight);
      s6 = term(s6, at + 48, weight);
      s7 = term(s7, at + 56, weight);
      s8 = term(s8, at + 64, weight);
      s9 = term(s9, at + 72, weight);
      s10 = term(s10, at + 80, weight);
      s11 = term(s11, at + 88, weight);
    }
    const out = sums + 2 * b;
    v128.store(out, s0);
    v128.store(out, s1, 16);
    v128.store(out, s2, 32);
    v128.store(out, s3, 48);
    v128.store(out, s4, 64);
    v128.store(out, s5, 80);
    v128.store(out, s6, 96);
    v128.store(out, s7, 112);
    v128.store(out, s8, 128);
    v128.store(out, s9, 144);
    v128.store(out, s10, 160);
    v128.store(out, s11, 176);
  }
}

/** Largest of the `steps` sums, a multiple of 8. */
// @ts-ignore: decorator
@inline
function largest(sums: usize, steps: u32): u32 {
  let m = v128.load(sums);
  for (let i: usize = 16; i < 2 * steps; i += 16) m = i16x8.max_u(m, v128.load(sums + i));
  m = i16x8.max_u(m, i8x16.shuffle(m, m, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  m = i16x8.max_u(m, i8x16.shuffle(m, m, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
  m = i16x8.max_u(m, i8x16.shuffle(m, m, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
  return i16x8.extract_lane_u(m, 0);
}

/** First angle with the sum `value`, which must occur. */
// @ts-ignore: decorator
@inline
function firstAngle(sums: usize, value: u32): u32 {
  const wanted = i16x8.splat(<i16>value);
  let i: usize = 0;
  let mask = i16x8.bitmask(i16x8.eq(v128.load(sums), wanted));
  while (!mask) {
    i += 16;
    mask = i16x8.bitmask(i16x8.eq(v128.load(sums + i), wanted));
  }
  return <u32>(i >> 1) + ctz<u32>(mask);
}

/** Sums over the spots at the eight angles from `first`, below 360. */
// @ts-ignore: decorator
@inline
function windowSums(spots: usize, end: usize, image: usize, first: u32): v128 {
  let sum = i16x8.splat(0);
  for (let p = spots; p < end; p += SPOT) {
    const azimuth = <u32>load<u16>(p, 4) + first;
    const at = image + load<u32>(p) + select<u32>(azimuth - STEPS, azimuth, azimuth >= STEPS);
    sum = term(sum, at, v128.load16_splat(p, 6));
  }
  return sum;
}

/** Sets the sums within APART of an angle to 0; there is one sum for every `step` degrees. */
// @ts-ignore: decorator
@inline
function clear(sums: usize, angle: u32, step: u32): void {
  for (let d = 1 - APART; d < APART; d++) {
    let a = <i32>angle + d;
    if (a < 0) a += STEPS;
    else if (a >= <i32>STEPS) a -= STEPS;
    if (<u32>a % step === 0) store<u16>(sums + 2 * (<u32>a / step), 0);
  }
}

/**
 * Best angle, its sum, the second best at least APART away, its sum, four u16 per template, of the `count` templates
 * of `list` (u32 each). Template t owns the spots offsets[t] … offsets[t + 1] − 1.
 */
export function matchEveryAngle(
  list: usize,
  count: u32,
  offsets: usize,
  spots: usize,
  image: usize,
  sums: usize,
  out: usize,
): void {
  for (let i: u32 = 0; i < count; i++) {
    const entry = offsets + 4 * load<u32>(list + 4 * i);
    wholeSums(spots + SPOT * load<u32>(entry), spots + SPOT * load<u32>(entry, 4), image, sums);
    const best = largest(sums, STEPS);
    const angle = firstAngle(sums, best);
    clear(sums, angle, 1);
    const second = largest(sums, STEPS);
    const result = out + 8 * i;
    store<u16>(result, angle);
    store<u16>(result, best, 2);
    store<u16>(result, firstAngle(sums, second), 4);
    store<u16>(result, second, 6);
  }
}

/** The same from the even angles and the eight angles about the best, and about the second best, of them. */
export function matchEvenFirst(
  list: usize,
  count: u32,
  offsets: usize,
  spots: usize,
  image: usize,
  even: usize,
  odd: usize,
  sums: usize,
  out: usize,
): void {
  const window = sums + 4 * HALF_BLOCK;
  for (let i: u32 = 0; i < count; i++) {
    const entry = offsets + 4 * load<u32>(list + 4 * i);
    const from = spots + SPOT * load<u32>(entry);
    const end = spots + SPOT * load<u32>(entry, 4);
    evenSums(from, end, even, odd, sums);
    // What repeats the start is not looked at again.
    for (let a: usize = HALF_STEPS; a < 2 * HALF_BLOCK; a += 4) store<u64>(sums + 2 * a, 0);
    const result = out + 8 * i;
    let first: u32 = 0;
    for (let which: usize = 0; which < 2; which++) {
      const start: u32 = <u32>2 * firstAngle(sums, largest(sums, 2 * HALF_BLOCK)) + STEPS - MIDDLE;
      v128.store(window, windowSums(from, end, image, start % STEPS));
      let best: u32 = 0;
      let angle: u32 = (start + MIDDLE) % STEPS;
      for (let k: u32 = 0; k < WINDOW; k++) {
        const a: u32 = (start + k) % STEPS;
        const away = a > first ? a - first : first - a;
        if (which === 1 && min<u32>(away, STEPS - away) < <u32>APART) continue;
        const sum = <u32>load<u16>(window + 2 * k);
        if (sum > best) {
          best = sum;
          angle = a;
        }
      }
      store<u16>(result + 4 * which, angle);
      store<u16>(result + 4 * which, best, 2);
      first = angle;
      clear(sums, angle, 2);
    }
  }
}

/** Largest sum at an even angle, one u16 per template, of the templates 0 … count − 1. */
export function matchCoarse(
  count: u32,
  offsets: usize,
  spots: usize,
  even: usize,
  odd: usize,
  sums: usize,
  out: usize,
): void {
  for (let i: u32 = 0; i < count; i++) {
    const entry = offsets + 4 * i;
    evenSums(spots + SPOT * load<u32>(entry), spots + SPOT * load<u32>(entry, 4), even, odd, sums);
    store<u16>(out + 2 * i, largest(sums, 2 * HALF_BLOCK));
  }
}
