/** Results as `iv` of result.json holds them, and the rows that are drawn: every number a quantity. */
import type { Quantity } from "../../../core/contracts.ts";
import { orNull, quantity } from "../../../core/quantity.ts";
import type { Measured } from "../../../math/measured.ts";
import type { AnalysedIv } from "./analyse.ts";
import type { IvDevice } from "./analysis.ts";
import type { Decay, DecayFit } from "./decay.ts";

type OfIv = Extract<AnalysedIv, { kind: "iv" }>;
type OfIt = Extract<AnalysedIv, { kind: "it" }>;

/** Faraday's constant [C/mol]. */
const FARADAY = 96485.33212;
/** 1/τ = 2.467 D/L² of a film open on one side: π²/4. */
const ONE_SIDED = Math.PI ** 2 / 4;

const of = ({ value, sigma }: Measured, unit: string) => quantity(value, unit, sigma);

function contactsOf({ probes }: IvDevice): string {
  return probes === 4
    ? "not included: four probes, as stated by --probes"
    : "included: two probes, so the resistance holds that of contacts and leads";
}

/** `iv` of result.json for an I–V. */
function ivJson({ run, ohmic, masked }: OfIv, device: IvDevice) {
  const { resistance, verdict, why } = ohmic;
  const bent = verdict === "not ohmic" ? Number.NaN : resistance.value;
  return {
    kind: "iv",
    ...orNull("resistance", bent, "Ω", resistance.sigma, `not ohmic: ${why}`),
    contacts: contactsOf(device),
    ohmic: {
      ...{ verdict, why },
      slope: of(ohmic.slope, "1"),
      decades: quantity(ohmic.decades, "1", Number.NaN),
      intervals: ohmic.intervals.map(({ from, to, points, slope }) => ({
        from: quantity(from, "V", 0),
        to: quantity(to, "V", 0),
        points: quantity(points, "1", 0, "counted"),
        ...orNull("slope", slope.value, "1", slope.sigma, "fewer than four points, or lost in noise"),
      })),
      ...orNull(
        "asymmetry",
        ohmic.asymmetry?.value ?? Number.NaN,
        "1",
        ohmic.asymmetry?.sigma ?? Number.NaN,
        "one sign of the potential only",
      ),
    },
    line: of(resistance, "Ω"),
    offset: of(ohmic.offset, "A"),
    ...orNull(
      "hysteresis",
      ohmic.hysteresis?.value ?? Number.NaN,
      "A",
      ohmic.hysteresis?.sigma ?? Number.NaN,
      "the potential goes one way only",
    ),
    correlation: quantity(ohmic.correlation, "1", Number.NaN),
    noise: {
      floor: quantity(ohmic.noise.floor, "A", Number.NaN),
      relative: quantity(ohmic.noise.relative, "1", Number.NaN),
      reducedChi2: quantity(ohmic.reducedChi2, "1", Number.NaN),
    },
    points: quantity(run.current.length, "1", 0, "counted"),
    masked: {
      points: quantity(
        masked.mask.reduce((a, b) => a + b, 0),
        "1",
        0,
        "counted",
      ),
      limits: masked.limits.map(({ what, at, rows, stated }) => ({
        what,
        at: quantity(at, what === "current" ? "A" : "V", 0, stated ? "flag" : "found"),
        points: quantity(rows, "1", 0, "counted"),
      })),
    },
    sigma:
      "one standard deviation: readings scatter as their neighbours in time do; widened where the line leaves more",
  };
}

/** D of the model that won, where what it needs is known [cm²/s]. */
function diffusion({ model, tau, amplitude }: DecayFit, device: IvDevice): Quantity | string {
  const { thickness, area, concentration } = device;
  if (model === "exponential" && tau) {
    if (!thickness) return "give --thickness for D of the exponential";
    const value = (thickness.value * 1e-4) ** 2 / (ONE_SIDED * tau.value);
    const relative = Math.hypot(tau.sigma / tau.value, (2 * (thickness.sigma ?? 0)) / thickness.value);
    return quantity(value, "cm²/s", value * relative, "propagated");
  }
  if (model === "cottrell" && amplitude) {
    if (!area || !concentration) return "give --area and --concentration for D of Cottrell's law";
    // k = nFAc√(D/π), n = 1, c in mol/cm³.
    const scale = FARADAY * area.value * concentration.value * 1e-3;
    const value = Math.PI * (amplitude.value / scale) ** 2;
    const parts = [amplitude, area, concentration].map((q) => (2 * (q.sigma ?? 0)) / q.value);
    return quantity(value, "cm²/s", value * Math.hypot(...parts), "propagated");
  }
  return "the current does not decay";
}

/** One hold of `iv.holds`. */
function holdJson(decay: Decay, run: OfIt["run"], device: IvDevice) {
  const best = decay.fits[0]!;
  const { from, to } = decay.hold;
  const fit = (model: DecayFit) => ({
    model: model.model,
    aicc: quantity(model.aicc, "1", 0),
    leakage: of(model.leakage, "A"),
    ...(model.amplitude && { amplitude: of(model.amplitude, model.tau ? "A" : "A s^½") }),
    ...(model.tau && { tau: of(model.tau, "s") }),
    ...(model.start && { start: of(model.start, "s") }),
    residualOrder: quantity(model.order, "1", Number.NaN),
  });
  const d = diffusion(best, device);
  const resistance = decay.potential.value / best.leakage.value;
  const relative = Math.hypot(
    decay.potential.sigma / decay.potential.value,
    best.leakage.sigma / best.leakage.value,
  );
  return {
    potential: of(decay.potential, "V"),
    start: quantity(run.time![from]!, "s", Number.NaN, "file"),
    duration: quantity(run.time![to]! - run.time![from]!, "s", Number.NaN),
    rows: [from, to],
    model: best.model,
    decided: decay.decided,
    leakage: of(best.leakage, "A"),
    leakageResistance: quantity(resistance, "Ω", Math.abs(resistance * relative), "propagated"),
    ...(best.amplitude && { amplitude: of(best.amplitude, best.tau ? "A" : "A s^½") }),
    ...(best.tau && { tau: of(best.tau, "s") }),
    charge: of(decay.charge, "C"),
    totalCharge: of(decay.totalCharge, "C"),
    ...(typeof d === "string" ? { diffusion: null, diffusionWhy: d } : { diffusion: d }),
    fits: decay.fits.map(fit),
  };
}

/** `iv` of result.json for an I–t. */
function itJson({ run, decays }: OfIt, device: IvDevice) {
  return {
    kind: "it",
    resistance: null,
    resistanceWhy: "the potential is held: a resistance needs several potentials",
    contacts: contactsOf(device),
    holds: decays.map((decay) => holdJson(decay, run, device)),
    points: quantity(run.current.length, "1", 0, "counted"),
    sigma:
      "one standard deviation from the scatter about the model, widened where neighbouring residuals agree",
  };
}

const pick = (values: Float64Array, rows: readonly number[]) => Float64Array.from(rows, (k) => values[k]!);

function ofIv(found: OfIv, device: IvDevice) {
  const { run, ohmic, masked } = found;
  const { rows, verdict, intervals } = ohmic;
  const out = Array.from(masked.mask, (_, k) => k).filter((k) => masked.mask[k]);
  const [line, sigma] = [1, 2].map(() => new Float64Array(run.current.length).fill(Number.NaN));
  for (const [k, row] of rows.entries()) [line![row], sigma![row]] = [ohmic.line[k]!, ohmic.sigma[k]!];
  return {
    ...{ kind: "iv" as const, json: ivJson(found, device), probes: device.probes, intervals },
    /** Every row; line and σ are NaN where a row is left out. */
    points: { potential: run.potential, current: run.current, line: line!, sigma: sigma!, out },
    drawn: {
      potential: pick(run.potential, rows),
      current: pick(run.current, rows),
      ...{ line: ohmic.line, sigma: ohmic.sigma, verdict, intervals },
      ...{ offset: ohmic.offset.value, resistance: ohmic.resistance.value },
      masked: { potential: pick(run.potential, out), current: pick(run.current, out) },
    },
  };
}

function ofIt(found: OfIt, device: IvDevice) {
  const { run, decays } = found;
  return {
    ...{ kind: "it" as const, json: itJson(found, device) },
    /** The rows of each hold: seconds on the file's clock, and since the hold began. */
    holds: decays.map(({ from, hold, fits }) => ({
      clock: run.time!.slice(from, hold.to + 1),
      time: run.time!.slice(from, hold.to + 1).map((t) => t - run.time![hold.from]!),
      current: run.current.slice(from, hold.to + 1),
      fits,
    })),
  };
}

/** All that is told of one file: numbers of result.json, and the rows that tables and figures show. */
export function ivAnswer(found: AnalysedIv, device: IvDevice) {
  return found.kind === "iv" ? ofIv(found, device) : ofIt(found, device);
}
