import type { Crystal, Notice, Quantity } from "../../core/contracts.ts";
import type { Random } from "../../core/random.ts";
import { largestW, packRotations } from "../../science/crystal/misorientation.ts";
import { partnerW } from "./grains.ts";
import type { OrientationMaps } from "./maps.ts";
import type { PhaseVerdict } from "./phase-verdict.ts";

/** Points agree within this [deg], as grains are made. */
const AGREE = 5;
/** Points that are looked at, spread over the map: more make the numbers no surer. */
const MOST = 100_000;
/** Fewer points of a phase than this tell nothing. */
const FEWEST = 10;
/** Standard deviations by which neighbours must agree more often than points at random. */
const SIGNIFICANT = 3;
/** A point that explains less of its pattern than this is hardly of the phase that it is given. */
const LOW_SCORE = 0.35;
/** Where so many points of a phase are such, a word is due: at 1,500 electrons 3 % of right answers are. */
const OFTEN = 0.15;

export type CoherenceMaps = Pick<
  OrientationMaps,
  "width" | "height" | "phase" | "orientation" | "score" | "trustworthy"
> & { readonly amorphous?: ArrayLike<number> };

/** How often the answer at a point is that of its neighbour, and how often that of a point drawn at random. */
export interface Coherence {
  /** Points with a neighbour. */
  readonly points: number;
  /** Shares of their neighbours, and of points at random, of the same phase within 5° or 5° of the 180° partner. */
  readonly neighbours: number;
  readonly random: number;
  /** Standard uncertainty of the difference; points that agree are taken as independent, which grains are not. */
  readonly sigma: number;
  /** Median misorientation of neighbours and of points at random that have one phase [deg]; NaN without any. */
  readonly neighbourDeg: number;
  readonly randomDeg: number;
}

/** Whether neighbours agree more often than chance makes them. */
export function isCoherent({ neighbours, random, sigma }: Coherence): boolean {
  return neighbours - random > SIGNIFICANT * sigma;
}

function median(values: number[]): number {
  return values.length === 0 ? Number.NaN : values.sort((a, b) => a - b)[values.length >> 1]!;
}

/**
 * Agreement of the points listed with their answered 4-neighbours, and with answered points drawn at random.
 *
 * @param points indices whose answers are looked at
 * @param answered 1 where a point has an answer
 * @returns undefined where fewer than ten points have a neighbour
 */
export function coherence(
  maps: CoherenceMaps,
  crystals: readonly Pick<Crystal, "rotations">[],
  points: readonly number[],
  answered: Uint8Array,
  random: Random,
): Coherence | undefined {
  const { width, height, phase, orientation } = maps;
  const packed = crystals.map(({ rotations }) => packRotations(rotations));
  const all: number[] = [];
  answered.forEach((is, i) => {
    if (is) all.push(i);
  });
  const apart = (i: number, j: number) => {
    if (phase[i] !== phase[j]) return Number.POSITIVE_INFINITY;
    const symmetry = packed[phase[i]!]!;
    const w = Math.max(largestW(orientation, i, j, symmetry), partnerW(orientation, i, j, symmetry));
    return (360 / Math.PI) * Math.acos(Math.min(1, w));
  };
  const near: number[] = [];
  const drawn: number[] = [];
  let used = 0;
  const stride = Math.max(1, Math.floor(points.length / MOST));
  for (let k = 0; k < points.length; k += stride) {
    const i = points[k]!;
    const x = i % width;
    const beside = [
      ...(x > 0 ? [i - 1] : []),
      ...(x + 1 < width ? [i + 1] : []),
      ...(i >= width ? [i - width] : []),
      ...(i + width < width * height ? [i + width] : []),
    ].filter((j) => answered[j]);
    if (beside.length === 0 || all.length < 2) continue;
    used++;
    for (const j of beside) {
      near.push(apart(i, j));
      let other = all[Math.floor(random.next() * all.length)]!;
      while (other === i) other = all[Math.floor(random.next() * all.length)]!;
      drawn.push(apart(i, other));
    }
  }
  if (used < FEWEST) return undefined;
  const share = (values: readonly number[]) => values.filter((deg) => deg <= AGREE).length / values.length;
  const [neighbours, byChance] = [share(near), share(drawn)];
  // One of many more where none was seen: a share of 0 is not sure.
  const spread = (p: number) => Math.max(p * (1 - p), 1 / used) / used;
  return {
    ...{ points: used, neighbours, random: byChance },
    sigma: Math.sqrt(spread(neighbours) + spread(byChance)),
    neighbourDeg: median(near.filter(Number.isFinite)),
    randomDeg: median(drawn.filter(Number.isFinite)),
  };
}

/**
 * Whether the map hangs together: for each phase how often neighbours agree against chance, and what is to be said
 * where its points explain little of their patterns. Neighbours that do not agree are no fault of a map whose scores
 * are high: grains may be smaller than a step, or orientations random. Nor does agreement make a poor answer right:
 * the patterns of one grain are alike, and are taken for the same wrong orientation.
 */
export function coherenceVerdict(
  maps: CoherenceMaps,
  crystals: readonly Pick<Crystal, "name" | "rotations">[],
  random: Random,
): PhaseVerdict {
  const { phase, score, trustworthy, amorphous } = maps;
  const answered = Uint8Array.from(phase, (p, i) =>
    p >= 0 && !(amorphous !== undefined && amorphous[i]! > 0.5) ? 1 : 0,
  );
  const values: Record<string, Quantity> = {};
  const notices: Notice[] = [];
  crystals.forEach(({ name }, p) => {
    const points: number[] = [];
    phase.forEach((found, i) => {
      if (found === p && answered[i]) points.push(i);
    });
    if (points.length < FEWEST) return;
    const trusted = points.filter((i) => trustworthy[i]);
    const of = (list: readonly number[]) => coherence(maps, crystals, list, answered, random);
    const [all, stood] = [of(points), of(trusted)];
    put(values, name, all);
    put(values, `trusted points of ${name}`, stood);
    const middle = median(points.map((i) => score[i]!));
    values[`score of the points of ${name}, median`] = { value: middle, unit: "1", from: "found" };
    const low = points.filter((i) => score[i]! < LOW_SCORE).length / points.length;
    if (low < OFTEN) return;
    const message = lowScore(name, low, all, stood);
    notices.push({ code: "low-score", message, where: name, flag: "--crystal" });
  });
  return { values, notices };
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;

function lowScore(
  name: string,
  share: number,
  all: Coherence | undefined,
  trusted: Coherence | undefined,
): string {
  const low = `${name} explains less than ${percent(LOW_SCORE)} of the pattern at ${percent(share)} of its points: there a phase is missing from the list, or pixel size, voltage, precession or the place of the direct beam are wrong`;
  const rates = ({ neighbours, random }: Coherence) =>
    `${percent(neighbours)} of neighbours, ${percent(random)} of points drawn at random are within 5°`;
  const whole =
    all === undefined
      ? ""
      : isCoherent(all)
        ? `; its map is coherent (${rates(all)}), which a wrong answer to alike patterns is too`
        : `; its map is incoherent (${rates(all)}), as chance would make it`;
  const stood =
    trusted === undefined || isCoherent(trusted)
      ? ""
      : `; its trusted points agree with their neighbours no more often than by chance (${rates(trusted)})`;
  return `${low}${whole}${stood}`;
}

function put(values: Record<string, Quantity>, name: string, found: Coherence | undefined): void {
  if (!found) return;
  const { neighbours, random, sigma, neighbourDeg, randomDeg } = found;
  values[`neighbours within 5°, ${name}`] = { value: neighbours, unit: "1", sigma, from: "counted" };
  values[`points at random within 5°, ${name}`] = { value: random, unit: "1", from: "counted" };
  if (Number.isFinite(neighbourDeg) && Number.isFinite(randomDeg)) {
    values[`misorientation of neighbours, median, ${name}`] = {
      value: neighbourDeg,
      unit: "deg",
      from: "found",
    };
    values[`misorientation of points at random, median, ${name}`] = {
      value: randomDeg,
      unit: "deg",
      from: "found",
    };
  }
}
