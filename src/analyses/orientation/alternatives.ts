import type { Quaternion } from "../../science/crystal/rotation.ts";
import { disorientationDeg } from "../../science/crystal/symmetry.ts";
import type { PhaseModel } from "./bank.ts";
import { inPlane } from "./match.ts";

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

/** @param fits refined candidates, best first */
export function alternatives<A extends Answer>(
  fits: readonly A[],
  models: readonly Pick<PhaseModel, "rotations">[],
): Alternatives<A> {
  const [best, ...others] = fits;
  if (!best) return { second: undefined, partner: undefined, otherPhase: undefined };
  const { rotations } = models[best.phase]!;
  const turned = inPlane(Math.PI / 2, best.quaternion);
  const from = (q: Quaternion, fit: A) => disorientationDeg(q, fit.quaternion, rotations);
  const same = (fit: A) => fit.phase === best.phase;
  return {
    second: others.find((f) => !same(f) || (from(best.quaternion, f) >= AWAY && from(turned, f) >= PARTNER)),
    partner: others.find((f) => same(f) && from(turned, f) < PARTNER && from(best.quaternion, f) >= PARTNER),
    otherPhase: others.find((f) => !same(f)),
  };
}
