import type { Random } from "../../core/random.ts";
import { binEdges, binOf } from "../../math/bins.ts";
import { diameters, type GrainTable } from "./grain-table.ts";

/** What a sample of diameters has of centres, by number and by area. */
export interface SizeCentres {
  readonly mean: number;
  readonly median: number;
  /** Middle of the highest bin of the histogram by number. */
  readonly mode: number;
  /** Σ A d / Σ A. */
  readonly areaWeightedMean: number;
  /** Median of the area: half of it lies in larger grains. */
  readonly areaMedian: number;
  /** Middle of the highest bin of the histogram by area. */
  readonly areaMode: number;
}

/** The sizes of a map's grains; diameters of equal-area circles in the unit of the step. */
export interface GrainSizes extends SizeCentres {
  readonly count: number;
  /** Standard uncertainties of the centres, from resampling grains. */
  readonly sigma: SizeCentres;
  /** Grains that do not touch the edge. */
  readonly interior: number;
  /** Mean over them with Miles–Lantuéjoul weights: large grains are cut off by the edge more often. */
  readonly interiorMean: number;
  /** `mean` divided by 1 + `bias`, and the bias itself (see `digitalBias`); NaN where it was not measured. */
  readonly corrected: number;
  readonly bias: number;
  readonly histogram: SizeHistogram;
}

export interface SizeHistogram {
  /** Edges of the bins, one more than there are bins. */
  readonly edges: Float64Array;
  readonly number: Float64Array;
  /** Share of the area of all grains. */
  readonly area: Float64Array;
}

/**
 * Size statistics of grains.
 *
 * @param width and `height` of the map in points
 * @param random for the uncertainties (400 resamples of grains)
 */
export function grainSizes(
  table: GrainTable,
  width: number,
  height: number,
  step: readonly [number, number],
  random: Random,
): GrainSizes | undefined {
  const n = table.count;
  if (n === 0) return undefined;
  const d = diameters(table, step);
  const sorted = d.slice().sort();
  let [weight, weighted, interior] = [0, 0, 0];
  for (let g = 0; g < n; g++) {
    if (table.edge[g]) continue;
    // Chance that the bounding box lies wholly inside the map: (W − w + 1)(H − h + 1) places in whole points, less
    // the two at which it touches the edge.
    const w = (width * height) / ((width - table.boxWidth[g]! - 1) * (height - table.boxHeight[g]! - 1));
    if (!Number.isFinite(w) || w <= 0) continue;
    interior++;
    weight += w;
    weighted += w * d[g]!;
  }
  const pixel = Math.sqrt(step[0] * step[1]);
  const histogram = sizeHistogram(sorted, pixel);
  const found = centres(sorted, histogram);
  const bias = digitalBias(found.mean / pixel);
  return {
    ...found,
    count: n,
    sigma: resampledSigma(d, pixel, random),
    interior,
    interiorMean: weighted / weight,
    corrected: found.mean / (1 + bias),
    bias,
    histogram,
  };
}

function centres(sorted: Float64Array, { edges, number, area }: SizeHistogram): SizeCentres {
  const n = sorted.length;
  let [sum, squares, cubes] = [0, 0, 0];
  for (const v of sorted) {
    sum += v;
    squares += v * v;
    cubes += v * v * v;
  }
  let [half, k] = [0, 0];
  for (; k < n && half < squares / 2; k++) half += sorted[k]! ** 2;
  return {
    mean: sum / n,
    median: sorted[n >> 1]! / 2 + sorted[(n - 1) >> 1]! / 2,
    mode: highest(edges, number),
    areaWeightedMean: cubes / squares,
    areaMedian: sorted[Math.max(0, k - 1)]!,
    areaMode: highest(edges, area),
  };
}

/** The bins of `binEdges`, no narrower than one step: those of the figures too. */
function sizeHistogram(sorted: Float64Array, pixel: number): SizeHistogram {
  const edges = binEdges(sorted, pixel);
  const number = new Float64Array(edges.length - 1);
  const area = new Float64Array(edges.length - 1);
  const total = sorted.reduce((sum, v) => sum + v * v, 0);
  for (const v of sorted) {
    const at = binOf(edges, v);
    number[at]!++;
    area[at]! += (v * v) / total;
  }
  return { edges, number, area };
}

function highest(edges: Float64Array, values: Float64Array): number {
  const at = values.indexOf(Math.max(...values));
  return (edges[at]! + edges[at + 1]!) / 2;
}

function resampledSigma(d: Float64Array, pixel: number, random: Random): SizeCentres {
  const rounds = 400;
  const names = ["mean", "median", "mode", "areaWeightedMean", "areaMedian", "areaMode"] as const;
  const drawn = new Float64Array(d.length);
  const sums = names.map(() => [0, 0] as [number, number]);
  for (let r = 0; r < rounds; r++) {
    for (let k = 0; k < drawn.length; k++) drawn[k] = d[Math.floor(random.next() * d.length)]!;
    drawn.sort();
    const found = centres(drawn, sizeHistogram(drawn, pixel));
    names.forEach((name, k) => {
      sums[k]![0] += found[name];
      sums[k]![1] += found[name] ** 2;
    });
  }
  const sigmas = sums.map(([sum, squares]) =>
    Math.sqrt(Math.max(0, squares / rounds - (sum / rounds) ** 2) * (rounds / (rounds - 1))),
  );
  return Object.fromEntries(names.map((name, k) => [name, sigmas[k]!])) as unknown as SizeCentres;
}

/**
 * How much too large the mean diameter of a map of whole points is, as a share, because grains below five points are
 * lost: from seeded Voronoi tessellations (README, "Digital bias"); NaN below their range, falling as 1/d above it.
 *
 * @param meanPx mean diameter found, in points
 */
export function digitalBias(meanPx: number): number {
  const last = BIAS.at(-1)!;
  if (!(meanPx >= BIAS[0]![0])) return Number.NaN;
  if (meanPx >= last[0]) return (last[1] * last[0]) / meanPx;
  const k = BIAS.findIndex(([found]) => meanPx < found);
  const [a, b] = [BIAS[k - 1]!, BIAS[k]!];
  return a[1] + ((b[1] - a[1]) * (meanPx - a[0])) / (b[0] - a[0]);
}

/** Mean diameter found [px] and its bias; six tessellations each, ± 0.003 to 0.006. */
const BIAS: readonly (readonly [found: number, bias: number])[] = [
  [3.955, 0.0861],
  [4.822, 0.0757],
  [5.677, 0.0562],
  [6.408, 0.057],
  [7.305, 0.0524],
  [9.124, 0.0397],
  [10.714, 0.0279],
  [13.568, 0.0268],
];
