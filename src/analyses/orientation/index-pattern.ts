import { disorientationDeg } from "../../science/crystal/symmetry.ts";
import { MIDDLE_THICKNESS } from "../../science/scattering/precession-table.ts";
import type { Optics, PhaseModel } from "./bank.ts";
import { type Bank, type Candidate, inPlane, searchBank } from "./match.ts";
import { beamCentre, type Camera, cleanFrame, type Pattern, preparePattern } from "./pattern.ts";
import { type Fit, refine, turned } from "./refine.ts";

/** Candidates of the search that are refined, each with its partner turned 180° about the beam. */
const KEEP = 28;
/** Of these, the best that are refined in full, thickness included. */
const REFINED = 14;
/** Best candidates whose tilt is searched again from several starts. */
const POLISHED = 3;

/** Everything that one pattern needs to be indexed; the same for the whole scan. */
export interface Indexer {
  readonly size: number;
  readonly camera: Camera & { readonly centre: readonly [number, number] };
  readonly models: readonly PhaseModel[];
  readonly bank: Bank;
  readonly optics: Optics;
}

/** Candidates of one frame, refined, best first, and what tells them apart. */
export interface Indexed {
  readonly pattern: Pattern;
  readonly fits: readonly Fit[];
  /** 1 − second/best of the score, second at least 10° away (its 180° partner apart) or of another phase. */
  readonly reliability: number;
  /** Difference of cost between that second and the best. */
  readonly margin: number;
}

/** Indexes one raw frame. */
export function indexPattern(indexer: Indexer, raw: ArrayLike<number>): Indexed {
  const { size, camera, models, bank, optics } = indexer;
  const frame = new Float32Array(size * size);
  cleanFrame(raw, size, camera, frame);
  const pattern = preparePattern(
    frame,
    size,
    camera,
    beamCentre(frame, size, camera.discRadius, camera.centre),
  );
  if (pattern.spots.length < 2) return { pattern, fits: [], reliability: 0, margin: 0 };
  const starts = searchBank(pattern, bank, KEEP).flatMap((c): Candidate[] => [
    c,
    { ...c, quaternion: inPlane(Math.PI / 2, c.quaternion) },
  ]);
  const byCost = (a: Fit, b: Fit) => a.cost - b.cost;
  const model = (c: Candidate) => models[c.phase]!;
  const coarse = starts.map((c) => refine(pattern, model(c), optics, c, 3, MIDDLE_THICKNESS)).sort(byCost);
  const rough = coarse
    .slice(0, REFINED)
    .map((c) => refine(pattern, model(c), optics, c, 5))
    .sort(byCost);
  for (let i = 0; i < Math.min(POLISHED, rough.length); i++)
    rough[i] = polish(pattern, model(rough[i]!), optics, rough[i]!);
  rough.sort(byCost);
  const best = rough[0]!;
  const second = rough.find((f) => f.phase !== best.phase || distinct(best, f, models[best.phase]!));
  return {
    pattern,
    fits: rough,
    reliability: second ? Math.max(0, 1 - second.explained / best.explained) : 1,
    margin: second ? second.cost - best.cost : 1e3,
  };
}

/**
 * Tilts around a fit, refined, and the best of all: reflections switch on and off within the precession swing, so the
 * cost has several valleys in tilt that a descent from one start does not see.
 */
function polish(pattern: Pattern, model: PhaseModel, optics: Optics, fit: Fit): Fit {
  let best = fit;
  for (const radius of [0.0075, 0.015])
    for (let i = 0; i < 6; i++) {
      const angle = (Math.PI * (i + (radius > 0.01 ? 0.5 : 0))) / 3;
      const start = turned(fit.quaternion, radius * Math.cos(angle), radius * Math.sin(angle), 0);
      const trial = refine(pattern, model, optics, { ...fit, quaternion: start }, 4, fit.thickness);
      if (trial.cost < best.cost) best = trial;
    }
  return best;
}

/** Whether an answer is more than the best of a list: far ahead of any other, many spots, most of them explained. */
export function standsFor({ fits, margin }: Indexed): boolean {
  const best = fits[0]!;
  return margin > 100 && best.used >= 11 && best.explained > 0.6;
}

/** An alternative counts as the same answer, seen from the other side, only this close to the 180° partner [deg]. */
const PARTNER = 2;

/**
 * Whether `b` is another answer than `a`: at least 10° away under the crystal's symmetry, the partner turned 180°
 * about the beam apart. Only that partner: where all spots lie in one zone, a turn of 180° about the *zone axis* gives
 * the very same pattern, and the more the zone is tilted the further that is from the partner about the beam.
 */
function distinct(a: Fit, b: Fit, model: PhaseModel): boolean {
  const away = (q: Candidate["quaternion"]) => disorientationDeg(q, b.quaternion, model.rotations);
  return away(a.quaternion) >= 10 && away(inPlane(Math.PI / 2, a.quaternion)) >= PARTNER;
}

/** Systematic part of the orientation error that no pattern shows, from simulated scans [rad]: 0.08°. */
const FLOOR = 1.4e-3;
/** Neighbouring reflections err together in a two-beam model, so the information counts less than it says. */
const CORRELATION = 4;

/** Covariance of the rotation vector, sample axes: xx xy xz yy yz zz [rad²]. */
export function covariance(fit: Fit): number[] {
  const [a, b, c, d, e, f] = fit.information as [number, number, number, number, number, number];
  const det = a * (d * f - e * e) - b * (b * f - c * e) + c * (b * e - c * d);
  const scale = (CORRELATION * Math.max(1, fit.misfit)) / det;
  const inverse = [d * f - e * e, c * e - b * f, b * e - c * d, a * f - c * c, b * c - a * e, a * d - b * b];
  const floor = [1, 0, 0, 1, 0, 1];
  return inverse.map((v, i) => v * scale + floor[i]! * FLOOR * FLOOR);
}
