/** Results as `cv` of result.json holds them, and the key numbers: every number a quantity. */
import type { Notice, Quantity } from "../../../core/contracts.ts";
import { quantity } from "../../../core/quantity.ts";
import type { Measured } from "../../../math/measured.ts";
import type { CvPair, CvPeak, CvResult } from "./analyse.ts";
import type { CvCell } from "./analysis.ts";
import { impliedOffset, LITERATURE, overCycles } from "./couples.ts";
import { diffusionOf, type RateLaw, rateLaw } from "./rates.ts";

const of = ({ value, sigma }: Measured, unit: string): Quantity => quantity(value, unit, sigma);
/** A quantity, or null where there is no number. */
const orNull = (m: Measured, unit: string) => (Number.isFinite(m.value) ? of(m, unit) : null);

/** A potential with the uncertainty of the reference, which all potentials of a result share. */
function potential(m: Measured, { reference }: CvCell): Quantity {
  return quantity(m.value, "V", Math.hypot(m.sigma, reference?.sigma ?? 0));
}

function peakJson(peak: CvPeak, cell: CvCell) {
  const { cycle, sweep, couple, raw } = peak;
  return {
    ...{ cycle, sweep, couple: couple || null },
    potential: potential(peak.potential, cell),
    current: of(peak.current, "A"),
    charge: of(peak.charge, "C"),
    rawMaximum: Number.isFinite(raw.potential)
      ? {
          potential: quantity(raw.potential, "V", Number.NaN),
          current: quantity(raw.current, "A", Number.NaN),
        }
      : null,
  };
}

function pairJson(pair: CvPair, cell: CvCell) {
  const { cycle, couple, anodic, cathodic, surface } = pair;
  return {
    ...{ cycle, couple: couple || null },
    anodic: anodic ? potential(anodic.potential, cell) : null,
    cathodic: cathodic ? potential(cathodic.potential, cell) : null,
    ...((!anodic || !cathodic) && { why: "the other peak is not within the sweep" }),
    half: Number.isFinite(pair.half.value) ? potential(pair.half, cell) : null,
    separation: orNull(pair.separation, "V"),
    ...(surface && {
      rate: of(surface.rate, "1/s"),
      spread: of(surface.spread, "V"),
      charge: of(surface.charge, "C"),
    }),
  };
}

/** What the couples of the literature say about the reference, and what they cannot. */
function referenceOf(result: CvResult, cell: CvCell) {
  const implied = impliedOffset(result.cycles.flatMap(({ pairs }) => pairs));
  if (!implied) return {};
  const [a, b] = implied.each as [(typeof implied.each)[number], (typeof implied.each)[number]];
  const apart = Math.abs(a.offset - b.offset);
  const message = `against ${Object.entries(LITERATURE)
    .map(([couple, e]) => `${e} V of ${couple}`)
    .join(
      " and ",
    )} the couples ask for ${a.offset.toFixed(3)} and ${b.offset.toFixed(3)} V to be added: ${implied.value.toFixed(2)} ± ${implied.sigma.toFixed(2)} V; that they differ by ${apart.toFixed(3)} V is no offset of the reference`;
  return {
    reference: {
      ...(cell.reference && { applied: cell.reference }),
      implied: {
        ...of(implied, "V"),
        each: implied.each.map(({ couple, offset }) => ({
          couple,
          offset: quantity(offset, "V", Number.NaN),
        })),
      },
    },
    notice: { code: "reference", message, where: result.run.title, flag: "--reference" } satisfies Notice,
  };
}

/** The peaks of each couple and sweep over the scan rates of all sweeps. */
function lawsOf(results: readonly CvResult[]): { couple: string; sweep: string; law: RateLaw }[] {
  const found = new Map<
    string,
    { couple: string; sweep: string; points: { rate: number; current: Measured }[] }
  >();
  for (const { cycles } of results)
    for (const { cycle, peaks } of cycles)
      for (const { couple, sweep, current } of peaks) {
        if (!couple) continue;
        const rate = cycle.sweeps.find(
          ({ direction }) => (direction > 0 ? "anodic" : "cathodic") === sweep,
        )!.rate;
        const own = found.get(`${couple} ${sweep}`) ?? { couple, sweep, points: [] };
        own.points.push({ rate, current: { value: Math.abs(current.value), sigma: current.sigma } });
        found.set(`${couple} ${sweep}`, own);
      }
  return [...found.values()].map(({ couple, sweep, points }) => ({
    ...{ couple, sweep, law: rateLaw(points.sort((a, b) => a.rate - b.rate)) },
  }));
}

const measured = (q: Quantity | undefined): Measured | undefined =>
  q && { value: q.value, sigma: q.sigma ?? 0 };

/** One voltammogram's object in result.json. */
function resultJson(result: CvResult, cell: CvCell) {
  const { cycles, sweeps } = result;
  const peaks = cycles.flatMap((cycle) => cycle.peaks.map((peak) => peakJson(peak, cell)));
  const pairs = cycles.flatMap((cycle) => cycle.pairs.map((pair) => pairJson(pair, cell)));
  const rates = sweeps.map(({ rate }) => rate);
  const means = overCycles(cycles.flatMap((cycle) => cycle.pairs));
  const { reference } = referenceOf(result, cell);
  return {
    peaks,
    pairs,
    couples: means.map(({ couple, half, separation }) => ({
      couple,
      cycles: half.cycles,
      half: Number.isFinite(half.value) ? potential(half, cell) : null,
      separation: orNull(separation, "V"),
    })),
    scanRate: quantity(
      rates.reduce((a, b) => a + b, 0) / rates.length,
      "V/s",
      Math.hypot(...sweeps.map(({ rateSigma }) => rateSigma)) / rates.length,
    ),
    cycles: cycles.map(({ cycle, model, leak, skew, passed, misfit }) => ({
      cycle: cycle.number,
      rows: cycle.sweeps.map(({ from, to }) => [from, to]),
      model,
      leak: quantity(leak, "Ω", Number.NaN),
      skew: orNull(skew, "Ω"),
      charge: passed.map((q) => quantity(q, "C", Number.NaN)),
      misfit: quantity(misfit, "1", Number.NaN),
    })),
    ...(cell.resistance && { correctedFor: cell.resistance }),
    ...(reference && { reference }),
  };
}

/** b-values and D of each couple and sweep. */
function ratesJson(laws: ReturnType<typeof lawsOf>, cell: CvCell) {
  return laws.map(({ couple, sweep, law }) => {
    const diffusion = diffusionOf(law, measured(cell.area), measured(cell.concentration));
    return {
      ...{ couple, sweep },
      b: law.b ? of(law.b, "1") : null,
      ...(law.why !== undefined && { why: law.why }),
      diffusion: typeof diffusion === "string" ? null : of(diffusion, "cm²/s"),
      ...(typeof diffusion === "string" && { diffusionWhy: diffusion }),
      points: law.points.map(({ rate, current }) => ({
        rate: quantity(rate, "V/s", Number.NaN),
        current: of(current, "A"),
      })),
    };
  });
}

/** All that is told of one voltammogram, or of several of one electrode at different scan rates. */
export function cvAnswer(names: readonly string[], results: readonly CvResult[], cell: CvCell) {
  const described = results.map((result) => resultJson(result, cell));
  const rates = ratesJson(lawsOf(results), cell);
  const values: Record<string, Quantity> = {};
  for (const { couple, half, separation } of described[0]!.couples) {
    if (half) values[`E½ of ${couple}`] = half;
    if (separation) values[`ΔEp of ${couple}`] = separation;
  }
  values["scan rate"] = described[0]!.scanRate;
  for (const { couple, sweep, b } of rates) if (b) values[`b of ${couple}, ${sweep}`] = b;
  const notices = results.flatMap((result) => referenceOf(result, cell).notice ?? []);
  return { names, results, described, rates, values, cell, notices };
}
