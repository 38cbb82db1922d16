import type { Template } from "./bank.ts";
import type { Pattern } from "./pattern.ts";

/** Azimuth steps of the polar image, 2° each. */
const STEPS = 180;

/** A candidate orientation of one phase. */
export interface Candidate {
  readonly phase: number;
  /** Crystal to sample, w, x, y, z. */
  readonly quaternion: [number, number, number, number];
  readonly score: number;
}

/** Templates packed for the search: per spot the row of the polar image, the azimuth step and the weight. */
export interface Bank {
  readonly templates: readonly Template[];
  readonly offset: Int32Array;
  readonly row: Int32Array;
  readonly step: Int32Array;
  readonly weight: Float32Array;
}

/** Packs templates once for all patterns. */
export function packBank(templates: readonly Template[]): Bank {
  const offset = new Int32Array(templates.length + 1);
  templates.forEach((t, i) => {
    offset[i + 1] = offset[i]! + t.radius.length;
  });
  const total = offset[templates.length]!;
  const bank = {
    templates,
    offset,
    row: new Int32Array(total),
    step: new Int32Array(total),
    weight: new Float32Array(total),
  };
  templates.forEach((t, i) => {
    for (let j = 0; j < t.radius.length; j++) {
      const at = offset[i]! + j;
      bank.row[at] = Math.round(t.radius[j]!);
      bank.step[at] = (Math.round((t.azimuth[j]! / (2 * Math.PI)) * STEPS) + STEPS) % STEPS;
      bank.weight[at] = t.weight[j]!;
    }
  });
  return bank;
}

/**
 * The best `keep` candidates over all templates and in-plane angles: correlation of √intensity in the polar image
 * with the templates, image minus its mean, so that a missing spot costs what a spot earns. A definition in plain
 * loops; candidates closer than about two grid steps to a better one are left out.
 */
export function searchBank(pattern: Pattern, bank: Bank, keep: number): Candidate[] {
  const { size, disc, centre } = pattern;
  const radii = Math.ceil(size / 2) + 2;
  const width = 2 * STEPS;
  const polar = new Float32Array(radii * width);
  let mean = 0;
  for (let r = 6; r < radii; r++)
    for (let a = 0; a < STEPS; a++) {
      const angle = (2 * Math.PI * a) / STEPS;
      const x = centre[0] + r * Math.cos(angle);
      const y = centre[1] + r * Math.sin(angle);
      const ix = Math.floor(x);
      const iy = Math.floor(y);
      if (ix < 0 || iy < 0 || ix >= size - 1 || iy >= size - 1) continue;
      const fx = x - ix;
      const fy = y - iy;
      const at = iy * size + ix;
      const value =
        (1 - fy) * ((1 - fx) * disc[at]! + fx * disc[at + 1]!) +
        fy * ((1 - fx) * disc[at + size]! + fx * disc[at + size + 1]!);
      const root = value > 0 ? Math.sqrt(value) : 0;
      polar[r * width + a] = root;
      mean += root;
    }
  mean /= (radii - 6) * STEPS;
  for (let r = 6; r < radii; r++)
    for (let a = 0; a < STEPS; a++) {
      polar[r * width + a]! -= mean;
      polar[r * width + a + STEPS] = polar[r * width + a]!;
    }
  const found: { score: number; template: number; angle: number }[] = [];
  const sums = new Float32Array(STEPS);
  for (let t = 0; t < bank.templates.length; t++) {
    sums.fill(0);
    for (let j = bank.offset[t]!; j < bank.offset[t + 1]!; j++) {
      if (bank.row[j]! >= radii) continue;
      const base = bank.row[j]! * width + bank.step[j]!;
      const weight = bank.weight[j]!;
      for (let a = 0; a < STEPS; a++) sums[a]! += weight * polar[base + a]!;
    }
    let first = 0;
    for (let a = 1; a < STEPS; a++) if (sums[a]! > sums[first]!) first = a;
    found.push({ score: sums[first]!, template: t, angle: first });
    let second = -1;
    for (let a = 0; a < STEPS; a++) {
      const away = Math.abs(((a - first + STEPS + STEPS / 2) % STEPS) - STEPS / 2);
      if (away > 4 && (second < 0 || sums[a]! > sums[second]!)) second = a;
    }
    if (second >= 0) found.push({ score: sums[second]!, template: t, angle: second });
  }
  found.sort((a, b) => b.score - a.score);
  const kept: Candidate[] = [];
  for (const f of found) {
    const template = bank.templates[f.template]!;
    const half = (Math.PI * f.angle) / STEPS;
    const q = inPlane(half, template.quaternion);
    if (kept.some((c) => c.phase === template.phase && closeTo(c.quaternion, q))) continue;
    kept.push({ phase: template.phase, quaternion: q, score: f.score });
    if (kept.length >= keep) break;
  }
  return kept;
}

/** Rotation about the beam by 2·`half` [rad] after `q`. */
export function inPlane(half: number, q: readonly number[]): [number, number, number, number] {
  const c = Math.cos(half);
  const s = Math.sin(half);
  return [c * q[0]! - s * q[3]!, c * q[1]! - s * q[2]!, c * q[2]! + s * q[1]!, c * q[3]! + s * q[0]!];
}

/** Less than 2.4° apart, symmetry not considered: only neighbours on the search grid are meant. */
function closeTo(a: readonly number[], b: readonly number[]): boolean {
  return Math.abs(a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]! + a[3]! * b[3]!) > 0.99978;
}
