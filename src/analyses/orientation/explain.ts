import type { Quaternion } from "../../science/crystal/rotation.ts";
import { disorientationDeg } from "../../science/crystal/symmetry.ts";
import { alternatives } from "./alternatives.ts";
import { type Indexed, type Indexer, indexPattern, indexPrepared, refinerOf } from "./index-pattern.ts";
import { indexerOf, type OrientationState } from "./kernel.ts";
import { inLevels, PLAIN } from "./levels.ts";
import { cleanFrame, discWeights, type Pattern } from "./pattern.ts";
import { type PointOrientationState, indexerOf as pointIndexerOf } from "./point-kernel.ts";
import { BEAM, paint, pointPattern } from "./point-pattern.ts";
import type { PredictedSpot } from "./refine.ts";
import { toSample } from "./sample-frame.ts";

/** A spot is missed if it should have stood out of its background by this many standard deviations, and did not. */
const MISSED = 5;

/** One answer to a pattern, with the pattern that it predicts. */
export interface ExplainedAnswer {
  readonly role: "best" | "second" | "180° partner" | "other phase";
  readonly phase: string;
  /** Crystal to sample, w, x, y, z. */
  readonly orientation: Quaternion;
  /** Share of the pattern that it explains. */
  readonly score: number;
  /** Difference of −2 log likelihood to the best. */
  readonly margin: number;
  /** Angle to the best answer under the crystal's symmetry [deg]; NaN for another phase. */
  readonly away: number;
  /** Every reflection that it lights up; `missed` ones should be bright and are not there. */
  readonly spots: readonly (PredictedSpot & { readonly missed: boolean })[];
  /** Predicted pattern, painted as `measured` is, (size, size); NaN under the direct beam, which is not predicted. */
  readonly predicted: Float32Array;
  readonly used: number;
}

/** Why a point has the answer that it has. */
export interface Explanation {
  readonly size: number;
  /** What a pixel of the pictures is [1/Å]. */
  readonly pixel: number;
  /** Direct beam, column and row [px]. */
  readonly centre: readonly [number, number];
  /** Pattern without dark level and bad pixels [grey], or the list's spots painted with their intensity, (size, size). */
  readonly measured: Float32Array;
  /** Spots found, from the beam [px]; those of an answer count them. */
  readonly found: readonly { readonly x: number; readonly y: number }[];
  /** Best first; empty where the pattern has no Bragg signal. */
  readonly answers: readonly ExplainedAnswer[];
}

/** Indexes one pattern again, as the run did, and says what each answer predicts. Values are those of the file. */
export function explainPattern(state: OrientationState, values: ArrayLike<number>): Explanation {
  const indexer = indexerOf(state);
  const { size, camera } = indexer;
  const raw = inLevels(values, state.setup.levels ?? PLAIN);
  const measured = new Float32Array(size * size);
  cleanFrame(raw, size, camera, measured);
  const indexed = indexPattern(indexer, raw);
  const frame = (spots: readonly PredictedSpot[]) =>
    predictedFrame(indexed.pattern, spots, camera.discRadius);
  return explanation(indexer, indexed, state, measured, frame);
}

/**
 * Indexes one list of spots again, as the run did. Measured and predicted spots are painted alike.
 *
 * @param raw list of one point in a tile of `pointSignal`
 */
export function explainPoints(state: PointOrientationState, raw: ArrayLike<number>): Explanation {
  const indexer = pointIndexerOf(state);
  const indexed = indexPrepared(indexer, pointPattern(raw, state.setup.frame));
  const { pattern } = indexed;
  const frame = (spots: readonly PredictedSpot[]) => paintedFrame(pattern, spots);
  return explanation(indexer, indexed, state, Float32Array.from(pattern.disc), frame);
}

function explanation(
  indexer: Indexer,
  { pattern, fits }: Indexed,
  frames: Parameters<typeof toSample>[1],
  measured: Float32Array,
  frame: (spots: readonly PredictedSpot[]) => Float32Array,
): Explanation {
  const { size, models, optics } = indexer;
  const found = pattern.spots.map(({ x, y }) => ({ x, y }));
  const base = { size, pixel: optics.pixel, centre: pattern.centre, measured, found };
  const best = fits[0];
  if (!best) return { ...base, answers: [] };
  const { second, partner, otherPhase } = alternatives(fits, models);
  const named = [
    ["best", best],
    ["second", second],
    ["180° partner", partner],
    ["other phase", otherPhase === second ? undefined : otherPhase],
  ] as const;
  const refiner = refinerOf(indexer);
  const answers = named.flatMap(([role, fit]): ExplainedAnswer[] => {
    if (!fit) return [];
    const spots = refiner
      .predicted(pattern, fit)
      .map((spot) => ({ ...spot, missed: isMissed(spot, pattern) }));
    const { name, rotations } = models[fit.phase]!;
    const away =
      fit.phase === best.phase ? disorientationDeg(best.quaternion, fit.quaternion, rotations) : Number.NaN;
    return [
      {
        role,
        phase: name,
        orientation: toSample(fit.quaternion, frames),
        score: fit.explained,
        margin: fit.cost - best.cost,
        away,
        spots,
        predicted: frame(spots),
        used: fit.used,
      },
    ];
  });
  return { ...base, answers };
}

function isMissed({ x, y, predicted, measured, spot }: PredictedSpot, { noise }: Pattern): boolean {
  const sigma = Math.sqrt(noise[Math.min(noise.length - 1, Math.round(Math.hypot(x, y)))]!);
  return spot === -1 && predicted > MISSED * sigma && measured < 0.2 * predicted;
}

/** Background by radius and a disc with soft edge for each reflection. */
function predictedFrame(
  { size, centre, background }: Pattern,
  spots: readonly PredictedSpot[],
  discRadius: number,
): Float32Array {
  const frame = new Float32Array(size * size);
  const inner = 2.2 * discRadius + 1;
  const last = background.length - 1;
  for (let i = 0; i < frame.length; i++) {
    const r = Math.hypot((i % size) - centre[0], Math.floor(i / size) - centre[1]);
    frame[i] = r < inner ? Number.NaN : background[Math.min(last, Math.round(r))]!;
  }
  const { area } = discWeights(discRadius);
  const reach = Math.ceil(discRadius + 1);
  for (const { x, y, predicted } of spots) {
    const [cx, cy] = [x + centre[0], y + centre[1]];
    for (
      let row = Math.max(0, Math.round(cy) - reach);
      row <= Math.min(size - 1, Math.round(cy) + reach);
      row++
    )
      for (
        let column = Math.max(0, Math.round(cx) - reach);
        column <= Math.min(size - 1, Math.round(cx) + reach);
        column++
      ) {
        const weight = Math.min(1, Math.max(0, discRadius + 0.8 - Math.hypot(column - cx, row - cy)));
        frame[row * size + column]! += (weight * predicted) / area;
      }
  }
  return frame;
}

/** Predicted spots painted as those of a list; their intensity is the light that they should have. */
function paintedFrame({ size, centre }: Pattern, spots: readonly PredictedSpot[]): Float32Array {
  const bright = spots.map(({ x, y, predicted }) => ({ x, y, intensity: predicted, variance: 0 }));
  const { disc } = paint(bright, size, centre);
  for (let i = 0; i < disc.length; i++)
    if (Math.hypot((i % size) - centre[0], Math.floor(i / size) - centre[1]) < BEAM) disc[i] = Number.NaN;
  return disc;
}
