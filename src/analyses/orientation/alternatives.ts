import type { Quaternion } from "../../science/crystal/rotation.ts";
import { disorientationDeg } from "../../science/crystal/symmetry.ts";
import type { PhaseModel } from "./bank.ts";
import { aboutBeam } from "./candidate.ts";

/** What of a refined candidate tells it from others. */
interface Answer {
  readonly phase: number;
  readonly quaternion: Quaternion;
  readonly explained: number;
}

/** The best answers other than the best, by what they differ in; undefined where none was refined. */
export interface Alternatives<A> {
  /** At least 10° away under the crystal's symmetry, the 180° partner apart, or of another phase. */
  readonly second: A | undefined;
  /** The same phase turned 180° about the beam. */
  readonly partner: A | undefined;
  readonly otherPhase: A | undefined;
}

/** An answer counts as the 180° partner of another only this close to it [deg]. */
const PARTNER = 2;
const AWAY = 10;

/**
 * Whether `b` is another answer than `a`: of another phase, or at least 10° away under the crystal's symmetry, the
 * partner turned 180° about the beam apart. Only that partner: where all spots lie in one zone, a turn of 180° about
 * the *zone axis* gives the very same pattern, and the more the zone is tilted the further that is from the partner
 * about the beam.
 */
export function isOther(
  a: Omit<Answer, "explained">,
  b: Omit<Answer, "explained">,
  models: readonly Pick<PhaseModel, "rotations">[],
): boolean {
  if (a.phase !== b.phase) return true;
  const away = (q: Quaternion) => disorientationDeg(q, b.quaternion, models[a.phase]!.rotations);
  return away(a.quaternion) >= AWAY && away(aboutBeam(a.quaternion)) >= PARTNER;
}

/** @param fits refined candidates, best first */
export function alternatives<A extends Answer>(
  fits: readonly A[],
  models: readonly Pick<PhaseModel, "rotations">[],
): Alternatives<A> {
  const [best, ...others] = fits;
  if (!best) return { second: undefined, partner: undefined, otherPhase: undefined };
  const { rotations } = models[best.phase]!;
  const turned = aboutBeam(best.quaternion);
  const from = (q: Quaternion, fit: A) => disorientationDeg(q, fit.quaternion, rotations);
  const same = (fit: A) => fit.phase === best.phase;
  return {
    second: others.find((f) => isOther(best, f, models)),
    partner: others.find((f) => same(f) && from(turned, f) < PARTNER && from(best.quaternion, f) >= PARTNER),
    otherPhase: others.find((f) => !same(f)),
  };
}
