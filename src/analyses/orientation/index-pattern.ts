import { MIDDLE_THICKNESS } from "../../science/scattering/precession-table.ts";
import { isOther } from "./alternatives.ts";
import type { Optics, PhaseModel } from "./bank.ts";
import type { Bank } from "./bank-levels.ts";
import { inPlane } from "./candidate.ts";
import { searchBank } from "./match.ts";
import { overlapOf } from "./overlap.ts";
import {
  BRAGG,
  beamCentre,
  type Camera,
  cleanFrame,
  type Pattern,
  patternRoom,
  preparePattern,
} from "./pattern.ts";
import { type Fit, Refiner } from "./refine.ts";

/** How many candidates reach each stage. */
interface Effort {
  /** Candidates of the search that are judged, each with its partner turned 180° about the beam. */
  readonly kept: number;
  /** Best that are compared with their tilted neighbours, take a few steps, are refined in full. */
  readonly tilted: number;
  readonly stepped: number;
  readonly refined: number;
}
const USUAL: Effort = { kept: 28, tilted: 18, stepped: 10, refined: 5 };
/** Without wide precession a pattern has fewer spots of less reliable brightness, and the sieve is coarser. */
const THOROUGH: Effort = { kept: 60, tilted: 40, stepped: 24, refined: 12 };
/** Best answers whose partners turned about the zone axis are tried too. */
const PARTNERED = 2;
/** Best answers whose tilt is searched again from several starts. */
const POLISHED = 2;
/**
 * How far behind the best a candidate may be to stay in, as a share of the best one's cost: what each stage can still
 * win. A weak pattern's best counts as `WEAK`, for noise to have its due.
 */
const BEHIND = { judged: 0.5, tilted: 0.2, stepped: 0.1, refined: 0.3 } as const;
const WEAK = 200;
/** Tilt of the neighbours that a candidate of the grid is compared with [rad]: 0.6°. */
const TILT = 0.0105;
/** Thicknesses that a candidate starts from, as places in the grid. */
const THICKNESSES = [3, 7, 14, 19] as const;

/** Everything that one pattern needs to be indexed; the same for the whole scan. */
export interface Indexer {
  readonly size: number;
  readonly camera: Camera & { readonly centre: readonly [number, number] };
  readonly models: readonly PhaseModel[];
  /** The models that candidates are sifted with; `models` themselves where precession swings widely enough. */
  readonly wide: readonly PhaseModel[];
  readonly bank: Bank;
  readonly optics: Optics;
  /** Whether every template is tried instead of coarse to fine. */
  readonly exact?: boolean;
}

/** Candidates of one frame, refined, best first, and what tells them apart. */
export interface Indexed {
  readonly pattern: Pattern;
  readonly fits: readonly Fit[];
  /** 1 − second/best of the score, second at least 10° away (its 180° partner apart) or of another phase. */
  readonly reliability: number;
  /** Difference of cost between that second and the best. */
  readonly margin: number;
  /** Covariance of the best answer's rotation vector, sample axes: xx xy xz yy yz zz [rad²]. */
  readonly covariance: readonly number[];
  /** Share of the explained light that is the best answer's, the rest a second crystal's; 1 where there is none. */
  readonly weight: number;
}

const refiners = new WeakMap<Indexer["models"], Refiner>();

/** The refiner of an indexer; made once a thread. */
export function refinerOf({ models, optics }: Pick<Indexer, "models" | "optics">): Refiner {
  const known = refiners.get(models);
  if (known && known.optics === optics) return known;
  const made = new Refiner(models, optics);
  refiners.set(models, made);
  return made;
}

/** Large arrays of the pattern at hand, so that a scan does not make them anew for each; one a thread. */
let room = patternRoom(0);

/** Indexes one raw frame; the arrays of its pattern hold until the next one. */
export function indexPattern(indexer: Indexer, raw: ArrayLike<number>): Indexed {
  const { size, camera } = indexer;
  if (room.frame.length !== size * size) room = patternRoom(size);
  cleanFrame(raw, size, camera, room.frame);
  const centre = beamCentre(room.frame, size, camera.discRadius, camera.centre);
  return indexPrepared(indexer, preparePattern(room.frame, size, camera, centre, room));
}

/**
 * Indexes a pattern: every stage spends more on fewer candidates. The search takes templates, then candidates are
 * judged as they are, with tilted neighbours, after a few steps, and at last refined with every parameter free.
 */
export function indexPrepared(indexer: Indexer, pattern: Pattern): Indexed {
  const { models, wide, bank, optics } = indexer;
  if (pattern.spots.length < 2 || pattern.strongest < BRAGG)
    return { pattern, fits: [], reliability: 0, margin: 0, covariance: [], weight: 1 };
  const refiner = refinerOf(indexer);
  const sieve = refinerOf({ models: wide, optics });
  const effort = sieve === refiner ? USUAL : THOROUGH;
  const judged: Fit[] = [];
  for (const c of searchBank(pattern, bank, effort.kept, {
    foldPartners: true,
    exact: indexer.exact === true,
  }))
    judged.push(...sieve.judge(pattern, c, MIDDLE_THICKNESS));
  const tilted = hopeful(judged, effort.tilted, BEHIND.judged).map(
    (f) => best([f, sieve.tilted(pattern, f, TILT)[0]!], 1)[0]!,
  );
  const stepped = hopeful(tilted, effort.stepped, BEHIND.tilted).map((f) => sieve.refine(pattern, f, 3));
  const fits = hopeful(stepped, effort.refined, BEHIND.stepped).map((f) =>
    refiner.refine(pattern, f, 5, THICKNESSES),
  );
  // The fits themselves grow the list: only the answers of the search have zone partners.
  for (const f of hopeful(fits, PARTNERED, BEHIND.refined)) fits.push(...zonePartners(refiner, pattern, f));
  const leading = hopeful(fits, POLISHED, BEHIND.refined).length;
  for (let i = 0; i < leading; i++) fits[i] = polish(refiner, pattern, fits[i]!);
  fits.sort(byCost);
  const overlap = overlapOf(refiner, pattern, fits, (f) => isOther(fits[0]!, f, models));
  let weight = overlap.share;
  if (overlap.other && weight < 0.5) {
    // The other crystal is the brighter one of the two: the pattern is first of all its.
    fits.unshift(...fits.splice(fits.indexOf(overlap.other), 1));
    weight = 1 - weight;
  }
  const first = fits[0]!;
  const second = fits.find((f) => isOther(first, f, models));
  return {
    pattern,
    fits,
    reliability: second ? Math.max(0, 1 - second.explained / first.explained) : 1,
    margin: second ? second.cost - first.cost : NO_RIVAL,
    covariance: covariance(refiner, pattern, first),
    weight,
  };
}

/**
 * The crystal turned 180° about its zone axis, and that about the beam: where all spots lie in one zone the first is
 * another answer with the same spots, which only higher Laue zones tell apart. The search may not have kept it.
 */
function zonePartners(refiner: Refiner, pattern: Pattern, fit: Fit): Fit[] {
  const [x, y, z] = refiner.zoneNormal(pattern, fit);
  const [a, b, c, d] = fit.quaternion;
  const q = [-x * b - y * c - z * d, x * a + y * d - z * c, y * a + z * b - x * d, z * a + x * c - y * b];
  return [0, Math.PI / 2].map((half) => {
    const start = { ...fit, quaternion: inPlane(half, q), shift: [0, 0] as const };
    return refiner.refine(pattern, start, 6);
  });
}

const byCost = (a: Fit, b: Fit) => a.cost - b.cost;
const best = (fits: Fit[], count: number) => fits.sort(byCost).slice(0, count);

/** The best `count` at most, those that are not hopelessly `behind` the best; sorts the list. */
function hopeful(fits: Fit[], count: number, behind: number): Fit[] {
  const chosen = best(fits, count);
  const lowest = chosen[0]?.cost ?? 0;
  const limit = lowest + behind * Math.max(WEAK, Math.abs(lowest));
  return chosen.filter((f) => f.cost <= limit);
}

/**
 * Tilts around a fit, refined, and the best of all: reflections switch on and off within the precession swing, so the
 * cost has several valleys in tilt that a descent from one start does not see.
 */
export function polish(refiner: Refiner, pattern: Pattern, fit: Fit): Fit {
  const around = [
    ...refiner.tilted(pattern, fit, 0.0075).slice(0, 2),
    ...refiner.tilted(pattern, fit, 0.015, Math.PI / 6).slice(0, 2),
  ];
  return best([fit, ...around.map((f) => refiner.refine(pattern, f, 4))], 1)[0]!;
}

/** The lead of an answer that no other crystal or orientation was left to compare with. */
const NO_RIVAL = 1e3;
/**
 * So many explained spots fix an orientation whatever else the pattern shows. Fewer must be most of its spots, or have
 * beaten a rival by more than noise and model ever do.
 */
const MANY_SPOTS = 7;
const MOST_SPOTS = 0.6;
const FAR_AHEAD = 60;

/**
 * Whether an answer is more than the best of a list: ahead of any other, half of the light explained, and enough
 * spots. A few bright spots among others that stay unexplained are often two crystals under one probe.
 */
export function standsFor({ pattern, fits, margin }: Indexed): boolean {
  const { used, explained } = fits[0]!;
  const most = used > MOST_SPOTS * pattern.spots.length;
  const beaten = margin > FAR_AHEAD && margin < NO_RIVAL;
  return margin > 15 && explained > 0.5 && (used >= MANY_SPOTS || (used >= 4 && (most || beaten)));
}

/** Systematic part of the orientation error that no pattern shows, from simulated scans [rad]: 0.05°. */
const FLOOR = 8e-4;
/** Neighbouring reflections err together in a two-beam model, so the information counts less than it says. */
const CORRELATION = 2;

/** Covariance of a fit, with what the model does not know: xx xy xz yy yz zz [rad²]. */
function covariance(refiner: Refiner, pattern: Pattern, fit: Fit): number[] {
  const floor = [1, 0, 0, 1, 0, 1];
  return refiner.covariance(pattern, fit).map((v, i) => v * CORRELATION + floor[i]! * FLOOR * FLOOR);
}
