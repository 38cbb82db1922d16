/** Intermittent titration: pulses of current (GITT) or steps of potential (PITT) inside a half cycle. */
import { extent } from "../../../math/order-statistics.ts";
import type { HalfCycle } from "./halves.ts";
import type { CyclingRun } from "./run.ts";

export interface Pulse {
  readonly technique: "GITT" | "PITT";
  readonly cycle: number;
  readonly kind: HalfCycle["kind"];
  /** Potential at rest before (GITT) or held (PITT) [V]. */
  readonly potential: number;
  /** Seconds that it lasted. */
  readonly duration: number;
  /** Jump when the current was switched on [V]; NaN for PITT. */
  readonly jump: number;
  /** ΔE between the rests, and during the pulse without the jump [V]; NaN for PITT. */
  readonly deltaRest: number;
  readonly deltaPulse: number;
  /** D/L² [1/s]; NaN where its condition does not hold. */
  readonly rate: number;
  /** Its standard deviation from the straight-line fit [1/s]. */
  readonly sigma: number;
  /** Why there is no D; "" where there is one. */
  readonly why: string;
}

/** Slope of y over x with its standard deviation, and r². */
function line(x: readonly number[], y: readonly number[]) {
  const n = x.length;
  const [mx, my] = [x, y].map((v) => v.reduce((a, b) => a + b, 0) / n) as [number, number];
  let [sxx, sxy, syy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    sxx += (x[i]! - mx) ** 2;
    sxy += (x[i]! - mx) * (y[i]! - my);
    syy += (y[i]! - my) ** 2;
  }
  const slope = sxy / sxx;
  const left = Math.max(0, syy - slope * sxy);
  return { slope, intercept: my - slope * mx, sigma: Math.sqrt(left / (n - 2) / sxx), r2: 1 - left / syy };
}

/** The fewest pulses that make a titration, and rows that a fit asks for. */
const LEAST = 3;

/**
 * GITT by Weppner and Huggins: D = 4L²/(πτ)·(ΔE_s/ΔE_t)² for τ ≪ L²/D, from the part linear in √t (J. Electrochem.
 * Soc. 124, 1569, 1977). Given as D/L², so that a film's thickness can come later.
 */
function gitt(run: CyclingRun, half: HalfCycle): Pulse[] {
  const { time, potential } = run;
  const { parts } = half;
  const resting = parts.every(({ to }, p) => p === parts.length - 1 || parts[p + 1]!.from - to > 2);
  if (parts.length < LEAST || !resting) return [];
  const pulses: Pulse[] = [];
  for (let p = 0; p + 1 < parts.length; p++) {
    const { from, to } = parts[p]!;
    if (from === 0) continue;
    const [before, after] = [potential[from - 1]!, potential[parts[p + 1]!.from - 1]!];
    const duration = time[to]! - time[from]!;
    const rows = Array.from({ length: to - from }, (_, i) => from + 1 + i);
    const roots = rows.map((i) => Math.sqrt(Math.max(0, time[i]! - time[from]!)));
    const fit =
      rows.length >= 5
        ? line(
            roots,
            rows.map((i) => potential[i]!),
          )
        : undefined;
    const deltaRest = after - before;
    const deltaPulse = fit ? fit.slope * Math.sqrt(duration) : Number.NaN;
    const rate = (4 / (Math.PI * duration)) * (deltaRest / deltaPulse) ** 2;
    const why = !fit
      ? "fewer than 6 rows in the pulse"
      : fit.r2 < 0.98
        ? "not linear in the square root of time"
        : deltaRest * deltaPulse <= 0
          ? "the rests do not follow the pulse"
          : rate * duration > 0.1
            ? "the pulse is not short against the time of diffusion"
            : "";
    pulses.push({
      ...{ technique: "GITT", cycle: half.cycle, kind: half.kind, potential: before, duration },
      ...{ jump: fit ? fit.intercept - before : Number.NaN, deltaRest, deltaPulse, why },
      rate: why === "" ? rate : Number.NaN,
      sigma: why === "" ? 2 * rate * Math.abs(fit!.sigma / fit!.slope) : Number.NaN,
    });
  }
  return pulses;
}

/** PITT: late in a step i = i₀·exp(−π²Dt/4L²); the slope of ln|i| over the second half of its decay. */
function pitt(run: CyclingRun, half: HalfCycle): Pulse[] {
  const { time, potential, current } = run;
  if (!current) return [];
  const held = half.parts.filter(({ from, to }) => {
    const [low, high] = extent(potential.subarray(from + 1, to + 1));
    return to - from >= 8 && high - low < 2e-3 && Math.abs(current[to]!) < 0.5 * Math.abs(current[from]!);
  });
  if (held.length < LEAST) return [];
  return held.map(({ from, to }): Pulse => {
    const rows: number[] = [];
    for (let i = (from + to) >> 1; i <= to; i++) if (current[i] !== 0) rows.push(i);
    const fit = line(
      rows.map((i) => time[i]!),
      rows.map((i) => Math.log(Math.abs(current[i]!))),
    );
    const straight = fit.r2 >= 0.98 && fit.slope < 0;
    const factor = 4 / Math.PI ** 2;
    return {
      ...{ technique: "PITT", cycle: half.cycle, kind: half.kind, potential: potential[to]! },
      ...{ duration: time[to]! - time[from]!, jump: Number.NaN, deltaRest: Number.NaN },
      deltaPulse: Number.NaN,
      rate: straight ? -factor * fit.slope : Number.NaN,
      sigma: straight ? factor * fit.sigma : Number.NaN,
      why: straight ? "" : "the current does not die away exponentially",
    };
  });
}

/** Pulses of every half cycle that is a titration. */
export function titration(run: CyclingRun, halves: readonly HalfCycle[]): Pulse[] {
  return halves.flatMap((half) => {
    const steps = pitt(run, half);
    return steps.length > 0 ? steps : gitt(run, half);
  });
}
