/** The numbers of `cycling` as quantities: what result.json, tables and report are made of. */
import type { Quantity } from "../../../core/contracts.ts";
import { orNull, quantity } from "../../../core/quantity.ts";
import {
  type TheoreticalCapacity,
  theoreticalCapacity,
} from "../../../science/electrochemistry/theoretical-capacity.ts";
import type { AnalysedHalf, CellCycling } from "./analyse.ts";
import type { Integral } from "./integrate.ts";
import { per } from "./measured.ts";

/** Coulomb and joule in mAh and mWh. */
export const PER_HOUR = 3.6;

/** What is known of the electrode beside the file. */
export interface Electrode {
  /** [mg], [cm²], [µm], each with σ where stated. */
  readonly mass?: Quantity;
  readonly area?: Quantity;
  readonly thickness?: Quantity;
  readonly formula?: string;
  readonly ion: string;
  readonly ions?: number;
  /** Capacity that 1C refers to [mAh]. */
  readonly nominal?: Quantity;
  /** Which charge is the capacity. */
  readonly capacity: "integral" | "counter";
}

/** Capacity of a half cycle or of a part of one [mAh], always above 0. */
export function capacityOf(half: Integral, { capacity }: Pick<Electrode, "capacity">): Quantity {
  const counter = capacity === "counter" && Number.isFinite(half.counted);
  const charge = counter ? half.counted : half.charge;
  const sigma = counter ? Number.NaN : half.sigma / PER_HOUR;
  return quantity(Math.abs(charge) / PER_HOUR, "mAh", sigma, counter ? "file" : "found");
}

/** Specific, areal and volumetric capacity, as far as mass, area and thickness are known. */
export function relativeTo(q: Quantity, { mass, area, thickness }: Electrode) {
  return {
    ...(mass && { specific: per(q, "mAh/g", 1000, mass) }),
    ...(area && { areal: per(q, "mAh/cm²", 1, area) }),
    ...(area && thickness && { volumetric: per(q, "µAh cm⁻² µm⁻¹", 1000, area, thickness) }),
  };
}

export function theoryOf({ formula, ion, ions }: Electrode): TheoreticalCapacity | undefined {
  return formula === undefined ? undefined : theoreticalCapacity(formula, ion, ions);
}

/** The capacity that 1C stands for, and why that one. */
export function oneC(cell: CellCycling, electrode: Electrode): { capacity: Quantity; basis: string } {
  const theory = theoryOf(electrode);
  if (electrode.nominal) return { capacity: electrode.nominal, basis: "as stated by --nominal" };
  if (theory && electrode.mass) {
    const { value, sigma } = electrode.mass;
    const scale = theory.specific / 1000;
    const capacity = quantity(value * scale, "mAh", (sigma ?? 0) * scale, "propagated");
    return { capacity, basis: `theory of ${electrode.formula} and its mass` };
  }
  const all = cell.halves.map((half) => capacityOf(half, electrode));
  const largest = all.reduce((a, b) => (b.value > a.value ? b : a));
  return { capacity: largest, basis: "largest half cycle of the file" };
}

/** Efficiency of the charge that was chosen. */
export function efficiencyOf(
  half: AnalysedHalf,
  halves: readonly AnalysedHalf[],
  electrode: Electrode,
): Quantity {
  const before = halves[halves.indexOf(half) - 1];
  if (!before || !Number.isFinite(half.efficiency)) return quantity(Number.NaN, "1", Number.NaN);
  const [a, b] = [capacityOf(before, electrode), capacityOf(half, electrode)];
  const relative = Math.hypot((a.sigma ?? 0) / a.value, (b.sigma ?? 0) / b.value);
  return quantity(b.value / a.value, "1", (b.value / a.value) * relative, "propagated");
}

/** One entry of `cycling.half` in result.json. */
export function halfJson(half: AnalysedHalf, cell: CellCycling, electrode: Electrode, c: Quantity) {
  const capacity = capacityOf(half, electrode);
  const noPartner = half.leading
    ? "a half cycle before the first cycle has no partner"
    : half === cell.halves.at(-1) || half.kind === cell.halves.find((h) => !h.leading)?.kind
      ? "the half cycle begins its cycle"
      : "no partner";
  const energySigma = Math.abs((half.energy / half.charge) * half.sigma) / PER_HOUR;
  const ce = efficiencyOf(half, cell.halves, electrode);
  return {
    cycle: half.cycle,
    kind: half.kind,
    leading: half.leading,
    complete: half.complete,
    capacity,
    ...relativeTo(capacity, electrode),
    energy: quantity(Math.abs(half.energy) / PER_HOUR, "mWh", energySigma),
    ...orNull("ce", ce.value, "1", ce.sigma ?? Number.NaN, noPartner),
    ...orNull(
      "energyEfficiency",
      half.energyEfficiency,
      "1",
      half.energyEfficiency * (half.efficiencySigma / half.efficiency),
      noPartner,
    ),
    meanPotential: quantity(half.meanPotential, "V", Number.NaN),
    ...orNull(
      "integral",
      cell.run.current ? Math.abs(half.charge) / PER_HOUR : Number.NaN,
      "mAh",
      half.sigma / PER_HOUR,
      "the file has no current",
    ),
    ...orNull(
      "trapezoid",
      Math.abs(half.trapezoid) / PER_HOUR,
      "mAh",
      half.sigma / PER_HOUR,
      "the file has no current",
    ),
    ...orNull("counter", Math.abs(half.counted) / PER_HOUR, "mAh", Number.NaN, "the file counts no charge"),
    ...orNull(
      "deviation",
      half.deviation,
      "1",
      Math.abs(half.sigma / half.charge),
      "one of the two is missing",
    ),
    current: quantity(half.current * 1000, "mA", Number.NaN),
    cRate: per(quantity(half.current * 1000, "mA"), "1/h", 1, c),
    duration: quantity(half.duration, "s", Number.NaN),
    held: quantity(half.derivative.held / PER_HOUR, "mAh", Number.NaN),
    rows: [half.rows.from, half.rows.to],
    parts: half.parts.map((part) => ({
      rows: [part.from, part.to],
      capacity: capacityOf(part, electrode),
      ...orNull(
        "trapezoid",
        Math.abs(part.trapezoid) / PER_HOUR,
        "mAh",
        part.sigma / PER_HOUR,
        "the file has no current",
      ),
      ...orNull("counter", Math.abs(part.counted) / PER_HOUR, "mAh", Number.NaN, "the file counts no charge"),
    })),
    plateaus: half.plateaus.map(({ potential, sigma, charge, share }) => ({
      potential: quantity(potential, "V", sigma),
      capacity: quantity(charge / PER_HOUR, "mAh", Number.NaN),
      share: quantity(share, "1", Number.NaN),
    })),
  };
}

/** One entry of `cycling.titration`; D where the thickness is known. */
export function pulseJson(pulse: CellCycling["pulses"][number], { thickness }: Electrode) {
  const { technique, cycle, kind, why } = pulse;
  const whyNot = why || "give --thickness for D";
  // D = (D/L²)·L², in cm²/s with L in µm.
  const L2 = thickness ? (thickness.value * 1e-4) ** 2 : Number.NaN;
  const relative = Math.hypot(
    pulse.sigma / pulse.rate,
    (2 * (thickness?.sigma ?? 0)) / (thickness?.value ?? 1),
  );
  return {
    ...{ technique, cycle, kind },
    potential: quantity(pulse.potential, "V", Number.NaN),
    duration: quantity(pulse.duration, "s", Number.NaN),
    ...orNull("jump", pulse.jump, "V", Number.NaN, "not of this technique, or too few rows"),
    ...orNull("deltaRest", pulse.deltaRest, "V", Number.NaN, "not of this technique"),
    ...orNull("deltaPulse", pulse.deltaPulse, "V", Number.NaN, "not of this technique, or too few rows"),
    ...orNull("rate", pulse.rate, "1/s", pulse.sigma, why),
    ...orNull("diffusion", pulse.rate * L2, "cm²/s", pulse.rate * L2 * relative, whyNot),
  };
}
