import {
  APART,
  COARSE_ROW,
  COARSE_STEPS,
  directions,
  FINE_ROW,
  FINE_STEPS,
  type PackedTemplates,
  type SearchKernel,
  type SearchShape,
} from "./search-layout.ts";

/** Twin of src/kernels-as/search.ts in plain loops, the same integers: its oracle, and its stand-in. */
export function plainSearchKernel(shape: SearchShape): SearchKernel {
  const { size, first, radii } = shape;
  const image = new Uint8Array(size * size);
  const turns = directions();
  const fine = new Uint8Array(radii * FINE_ROW);
  const coarse = new Uint8Array(radii * COARSE_ROW);
  const fineSums = new Uint32Array(FINE_STEPS);
  const coarseSums = new Uint32Array(COARSE_STEPS);
  const coarseOut = new Uint16Array(shape.coarse.offset.length - 1);
  return {
    kind: "plain",
    image(values, scale, centreX, centreY) {
      root(values, scale, image);
      return polar(image, size, centreX, centreY, turns, first, radii, fine, coarse);
    },
    coarse() {
      for (let t = 0; t < coarseOut.length; t++) {
        correlate(shape.coarse, t, coarse, coarseSums);
        coarseOut[t] = coarseSums[largest(coarseSums)]!;
      }
      return coarseOut;
    },
    fine(list) {
      const out = new Uint16Array(4 * list.length);
      for (let i = 0; i < list.length; i++) {
        correlate(shape.fine, list[i]!, fine, fineSums);
        const best = largest(fineSums);
        out[4 * i] = best;
        out[4 * i + 1] = fineSums[best]!;
        for (let d = 1 - APART; d < APART; d++) fineSums[(best + d + FINE_STEPS) % FINE_STEPS] = 0;
        const second = largest(fineSums);
        out[4 * i + 2] = second;
        out[4 * i + 3] = fineSums[second]!;
      }
      return out;
    },
  };
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

/** Both polar images, bilinear, zero outside the pattern; returns the sum of the fine one. */
function polar(
  image: Uint8Array,
  size: number,
  cx: number,
  cy: number,
  turns: Int32Array,
  first: number,
  radii: number,
  fine: Uint8Array,
  coarse: Uint8Array,
): number {
  const limit = size - 1;
  let sum = 0;
  for (let r = first; r < radii; r++) {
    const row = r * FINE_ROW;
    for (let a = 0; a < FINE_STEPS; a++) {
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
      fine[row + a] = value;
      sum += value;
    }
    for (let a = FINE_STEPS; a < FINE_ROW; a++) fine[row + a] = fine[row + a - FINE_STEPS]!;
    for (let a = 0; a < COARSE_ROW; a++) coarse[r * COARSE_ROW + a] = fine[row + 2 * (a % COARSE_STEPS)]!;
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
