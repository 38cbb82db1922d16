import { cos, sin } from "../../math/portable.ts";
import type { Template } from "./bank.ts";
import { type Candidate, closeTo, inPlane } from "./candidate.ts";
import type { Pattern } from "./pattern.ts";

/** First radius of the polar image [px]; the direct beam lies within. */
const FIRST = 6;

/**
 * The template search as it is defined, in plain loops: correlation of √intensity in the polar image with the
 * templates, image minus its mean, so that a missing spot costs what a spot earns. Every template gives its best
 * in-plane angle and the best one more than 8° away; of all these the best `keep` that are not neighbours of a
 * better one are returned. `steps` azimuths to the turn.
 */
export function referenceSearch(
  pattern: Pattern,
  templates: readonly Template[],
  keep: number,
  steps = 360,
): Candidate[] {
  const { image, radii } = polarImage(pattern, steps);
  const found: { score: number; template: Template; angle: number }[] = [];
  const scores = new Float64Array(steps);
  for (const template of templates) {
    const { radius, azimuth, weight } = template;
    for (let a = 0; a < steps; a++) {
      scores[a] = 0;
      for (let j = 0; j < radius.length; j++) {
        const row = Math.round(radius[j]!);
        const column = Math.round((azimuth[j]! / (2 * Math.PI)) * steps) + a + steps;
        if (row < radii) scores[a]! += weight[j]! * image[row * steps + (column % steps)]!;
      }
    }
    const first = scores.indexOf(Math.max(...scores));
    found.push({ score: scores[first]!, template, angle: first });
    const apart = (a: number) =>
      Math.abs(((a - first + 1.5 * steps) % steps) - steps / 2) * (360 / steps) > 8;
    const second = scores.reduce(
      (best, score, a) => (apart(a) && (best < 0 || score > scores[best]!) ? a : best),
      -1,
    );
    found.push({ score: scores[second]!, template, angle: second });
  }
  found.sort((a, b) => b.score - a.score);
  const kept: Candidate[] = [];
  for (const { score, template, angle } of found) {
    const quaternion = inPlane((Math.PI * angle) / steps, template.quaternion);
    if (kept.some((c) => c.phase === template.phase && closeTo(c.quaternion, quaternion))) continue;
    kept.push({ phase: template.phase, quaternion, score });
    if (kept.length >= keep) break;
  }
  return kept;
}

/** √intensity minus its mean over radius and azimuth, zero within the direct beam. */
function polarImage(pattern: Pattern, steps: number): { image: Float64Array; radii: number } {
  const { size, disc, centre } = pattern;
  const radii = Math.ceil(size / 2) + 2;
  const image = new Float64Array(radii * steps);
  let mean = 0;
  for (let r = FIRST; r < radii; r++)
    for (let a = 0; a < steps; a++) {
      const angle = (2 * Math.PI * a) / steps;
      const x = centre[0] + r * cos(angle);
      const y = centre[1] + r * sin(angle);
      const ix = Math.floor(x);
      const iy = Math.floor(y);
      if (ix < 0 || iy < 0 || ix >= size - 1 || iy >= size - 1) continue;
      const fx = x - ix;
      const fy = y - iy;
      const at = iy * size + ix;
      const value =
        (1 - fy) * ((1 - fx) * disc[at]! + fx * disc[at + 1]!) +
        fy * ((1 - fx) * disc[at + size]! + fx * disc[at + size + 1]!);
      image[r * steps + a] = Math.sqrt(Math.max(0, value));
      mean += image[r * steps + a]!;
    }
  mean /= (radii - FIRST) * steps;
  for (let i = FIRST * steps; i < image.length; i++) image[i]! -= mean;
  return { image, radii };
}
