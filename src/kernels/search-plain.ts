import {
  APART,
  directions,
  type PackedTemplates,
  ROW,
  type SearchKernel,
  type SearchShape,
  STEPS,
} from "./search-layout.ts";

/** Twin of src/kernels-as/search.ts in plain loops, the same integers: its oracle, and its stand-in. */
export function plainSearchKernel(shape: SearchShape): SearchKernel {
  const { size, first, radii } = shape;
  const image = new Uint8Array(size * size);
  const turns = directions();
  const rows = new Uint8Array(radii * ROW);
  const sums = new Uint32Array(STEPS);
  const evenSums = new Uint32Array(STEPS / 2);
  const coarseOut = new Uint16Array(shape.coarse.offset.length - 1);
  /** Fills the sums of a template, at all angles and at the even ones. */
  const correlated = (templates: PackedTemplates, t: number) => {
    correlate(templates, t, rows, sums);
    for (let a = 0; a < evenSums.length; a++) evenSums[a] = sums[2 * a]!;
  };
  return {
    kind: "plain",
    image(values, scale, centreX, centreY) {
      root(values, scale, image);
      return polar(image, size, centreX, centreY, turns, first, radii, rows);
    },
    coarse() {
      for (let t = 0; t < coarseOut.length; t++) {
        correlated(shape.coarse, t);
        coarseOut[t] = evenSums[largest(evenSums)]!;
      }
      return coarseOut;
    },
    everyAngle(list) {
      const out = new Uint16Array(4 * list.length);
      for (let i = 0; i < list.length; i++) {
        correlated(shape.fine, list[i]!);
        const best = largest(sums);
        out[4 * i] = best;
        out[4 * i + 1] = sums[best]!;
        clear(sums, best);
        const second = largest(sums);
        out[4 * i + 2] = second;
        out[4 * i + 3] = sums[second]!;
      }
      return out;
    },
    evenFirst(list) {
      const out = new Uint16Array(4 * list.length);
      for (let i = 0; i < list.length; i++) {
        correlated(shape.fine, list[i]!);
        let angle = 2 * largest(evenSums);
        for (let which = 0; which < 2; which++) {
          let best = 0;
          const about = angle;
          for (let d = -3; d <= 4; d++) {
            const a = (about + d + STEPS) % STEPS;
            if (sums[a]! <= best) continue;
            best = sums[a]!;
            angle = a;
          }
          out[4 * i + 2 * which] = angle;
          out[4 * i + 2 * which + 1] = best;
          clear(sums, angle);
          for (let a = 0; a < evenSums.length; a++) evenSums[a] = sums[2 * a]!;
          angle = 2 * largest(evenSums);
        }
      }
      return out;
    },
  };
}

/** Sets the sums at all angles within APART of one to 0. */
function clear(sums: Uint32Array, angle: number): void {
  for (let d = 1 - APART; d < APART; d++) sums[(angle + d + STEPS) % STEPS] = 0;
}

/** Bytes min(255, round(scale·√value)), in single precision as the kernel works. */
function root(values: Float32Array, scale: number, out: Uint8Array): void {
  const { fround, sqrt } = Math;
  const factor = fround(scale);
  for (let i = 0; i < out.length; i++) {
    const value = values[i]!;
    out[i] = value > 0 ? Math.min(255, fround(fround(fround(sqrt(value)) * factor) + 0.5)) : 0;
  }
}

/** The polar image, bilinear, zero outside the pattern; returns its sum. */
function polar(
  image: Uint8Array,
  size: number,
  cx: number,
  cy: number,
  turns: Int32Array,
  first: number,
  radii: number,
  rows: Uint8Array,
): number {
  const limit = size - 1;
  let sum = 0;
  for (let r = first; r < radii; r++) {
    const row = r * ROW;
    for (let a = 0; a < STEPS; a++) {
      const x = cx + r * turns[2 * a]!;
      const y = cy + r * turns[2 * a + 1]!;
      const column = x >> 16;
      const line = y >> 16;
      let value = 0;
      if (column >= 0 && line >= 0 && column < limit && line < limit) {
        const fx = (x >> 8) & 255;
        const fy = (y >> 8) & 255;
        const at = line * size + column;
        const top = image[at]! * (256 - fx) + image[at + 1]! * fx;
        const bottom = image[at + size]! * (256 - fx) + image[at + size + 1]! * fx;
        value = (top * (256 - fy) + bottom * fy + 32768) >> 16;
      }
      rows[row + a] = value;
      sum += value;
    }
  }
  return sum;
}

/** Σ weight · image over the spots of one template at every angle, at most 65535. */
function correlate(templates: PackedTemplates, t: number, image: Uint8Array, sums: Uint32Array): void {
  const steps = sums.length;
  sums.fill(0);
  for (let j = templates.offset[t]!; j < templates.offset[t + 1]!; j++) {
    const row = templates.spots[2 * j]!;
    const azimuth = templates.spots[2 * j + 1]! & 65535;
    const weight = templates.spots[2 * j + 1]! >>> 16;
    const wrap = steps - azimuth;
    for (let a = 0; a < wrap; a++) sums[a]! += weight * image[row + azimuth + a]!;
    for (let a = wrap; a < steps; a++) sums[a]! += weight * image[row + a - wrap]!;
  }
  for (let a = 0; a < steps; a++) if (sums[a]! > 65535) sums[a] = 65535;
}

/** Index of the largest sum, the first of several. */
function largest(sums: Uint32Array): number {
  let best = 0;
  for (let a = 1; a < sums.length; a++) if (sums[a]! > sums[best]!) best = a;
  return best;
}
