/** The electrochemistry of the paper's film, seeded, with truth: voltammogram, cycling, impedance, I–V. */
import type { Random } from "../../../core/random.ts";
import { seededRandom } from "../../../core/random.ts";
import { normal } from "../../../math/normal.ts";
import { exp } from "../../../math/portable.ts";
import { parseCircuit } from "../../../science/electrochemistry/circuit.ts";
import { circuitImpedance } from "../../../science/electrochemistry/circuit-impedance.ts";
import { CYCLING, FILM, IMPEDANCE, RESISTANCES, VOLTAMMOGRAM } from "./paper.ts";

/** One file of the experiment: EC-Lab's columns, a row per measurement. */
export interface MadeFile {
  readonly name: string;
  readonly technique: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly number[])[];
}

export interface MadeEchem {
  readonly files: readonly MadeFile[];
  /** What was put in, by file, each number with its unit. */
  readonly truth: Readonly<Record<string, unknown>>;
}

const of = (value: number, unit: string) => ({ value, unit });
/** µAh cm⁻² µm⁻¹ of the film in mAh. */
const FILM_MAH = (FILM.area * FILM.thickness) / 1000;
/** Noise: of the current as a share of the highest peak, of the potential [V], of |Z|, of a reading of I–V. */
const NOISE = { cv: 0.01, potential: 2e-4, impedance: 1e-3, iv: 2e-3 };

const logistic = (x: number) => 1 / (1 + exp(-Math.max(-60, Math.min(60, x))));

/** Couples bound to the surface, apart by their own overpotential, on a leak with an oxidation tail. */
function voltammogram(random: Random) {
  const { low, high, rate, couples } = VOLTAMMOGRAM;
  const [width, leak, capacitance, step] = [0.0145, 2.5e4, 0.02, 1e-3];
  const whole = CYCLING.firstDischarge * FILM_MAH * 3.6;
  const tail = { size: 6e-6, onset: 4.7, width: 0.05 };
  const points = Math.round((high - low) / step);
  const height = (rate * 0.5 * whole) / (4 * width);
  const rows: number[][] = [];
  for (let half = 0; half < 6; half++)
    for (let k = half === 0 ? 0 : 1; k <= points; k++) {
      const up = half % 2 === 0;
      const potential = up ? low + k * step : high - k * step;
      let current = (up ? 1 : -1) * capacitance * rate + (potential - 4.2) / leak;
      current += tail.size * exp((potential - tail.onset) / tail.width);
      for (const { anodic, cathodic, share } of couples) {
        const x = logistic((potential - (up ? anodic : cathodic)) / width);
        current += ((up ? 1 : -1) * rate * share * whole * x * (1 - x)) / width;
      }
      current += NOISE.cv * height * normal(random);
      rows.push([rows.length * (step / rate), potential, 1000 * current, Math.floor(half / 2) + 1]);
    }
  const file = {
    name: "cv.mpt",
    technique: "Cyclic Voltammetry",
    columns: ["time/s", "Ewe/V", "<I>/mA", "cycle number"],
    rows,
  };
  const truth = {
    scanRate: of(rate, "V/s"),
    pairs: couples.map(({ name, anodic, cathodic, share }) => ({
      couple: name,
      anodic: of(anodic, "V"),
      cathodic: of(cathodic, "V"),
      half: of(0.5 * (anodic + cathodic), "V"),
      separation: of(anodic - cathodic, "V"),
      charge: of(share * whole, "C"),
    })),
    leak: of(leak, "Ω"),
    oxidation: { onset: of(tail.onset, "V"), width: of(tail.width, "V"), current: of(tail.size, "A") },
    noise: of(NOISE.cv * height, "A"),
  };
  return { file, truth };
}

interface Step {
  readonly potential: number;
  /** [mAh] */
  readonly charge: number;
}

/** Charge up to a potential [mAh]: steps of a logistic each, and a tail to the upper limit; 0 at the lower one. */
function passedCharge(steps: readonly Step[], tail: number): (potential: number) => number {
  const { low, high } = CYCLING;
  const [width, reach] = [0.009, 0.06];
  const floor = exp((low - high) / reach);
  const parts = steps.map(({ potential, charge }) => {
    const [from, to] = [low, high].map((v) => logistic((v - potential) / width)) as [number, number];
    return { potential, from, scale: charge / (to - from) };
  });
  const all = steps.reduce((sum, { charge }) => sum + charge, 0) + tail;
  return (potential) => {
    let sum = (tail * (exp((potential - high) / reach) - floor)) / (1 - floor);
    for (const part of parts)
      sum += part.scale * (logistic((potential - part.potential) / width) - part.from);
    // A sloping background joins the steps, so that the potential is defined between them.
    return 0.97 * sum + (0.03 * all * (potential - low)) / (high - low);
  };
}

/** The potential at which a charge has passed, to a nanovolt, by halving the range. */
function potentialAt(charge: number, passed: (potential: number) => number): number {
  let [low, high]: [number, number] = [CYCLING.low, CYCLING.high];
  for (let i = 0; i < 31; i++) {
    const middle = 0.5 * (low + high);
    if (passed(middle) < charge) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}

/** Discharge capacity of a cycle, from 1 [µAh cm⁻² µm⁻¹]; it falls evenly to the last one. */
const dischargeOf = (cycle: number) =>
  CYCLING.firstDischarge -
  ((CYCLING.firstDischarge - CYCLING.lastDischarge) * (cycle - 1)) / Math.max(1, CYCLING.cycles - 1);

/** Constant current at 1C, rests between; the first charge has a step of its own and much oxidation. */
function cycling(random: Random) {
  const { plateaus, firstStep, firstCharge, cycles } = CYCLING;
  const mass = FILM.density * FILM.area * FILM.thickness * 1e-4;
  const current = FILM.oneC * mass;
  const [interval, over, later] = [15, 0.005, 0.97];
  const rows: number[][] = [];
  const halves: unknown[] = [];
  let clock = 0;
  const row = (potential: number, mA: number, step: number) =>
    rows.push([clock, potential + NOISE.potential * normal(random), mA, step]);
  const half = (cycle: number, kind: "charge" | "discharge", steps: readonly Step[], tail: number) => {
    const sign = kind === "charge" ? 1 : -1;
    const charge = steps.reduce((sum, s) => sum + s.charge, 0) + tail;
    const seconds = (3600 * charge) / current;
    const passed = passedCharge(steps, tail);
    const at = (t: number) => {
      const done = (charge * t) / seconds;
      return potentialAt(sign > 0 ? done : charge - done, passed) + sign * over;
    };
    const start = clock;
    for (let t = 0; t < seconds; t += interval) {
      clock = start + t;
      row(at(t), sign * current, sign > 0 ? 1 : 3);
    }
    clock = start + seconds;
    row(at(seconds), sign * current, sign > 0 ? 1 : 3);
    for (let k = 1; k <= 3; k++) {
      clock += 20;
      row(at(seconds) - sign * over, 0, sign > 0 ? 2 : 4);
    }
    clock += 20;
    halves.push({
      cycle,
      kind,
      capacity: of(charge, "mAh"),
      volumetric: of(charge / FILM_MAH, "µAh cm⁻² µm⁻¹"),
    });
    return charge;
  };
  for (let cycle = 1; cycle <= cycles; cycle++) {
    const out = dischargeOf(cycle) * FILM_MAH;
    const steps = plateaus.map(({ potential, share }) => ({ potential, charge: share * out }));
    if (cycle === 1) {
      const extra = firstStep.capacity * FILM_MAH;
      const tail = firstCharge * FILM_MAH - out - extra;
      half(1, "charge", [...steps, { potential: firstStep.potential, charge: extra }], tail);
    } else half(cycle, "charge", steps, out / later - out);
    half(cycle, "discharge", steps, 0);
  }
  const file = {
    name: "cycling.mpt",
    technique: "Galvanostatic Cycling with Potential Limitation",
    columns: ["time/s", "Ewe/V", "I/mA", "Ns"],
    rows,
  };
  const truth = {
    ...{ area: of(FILM.area, "cm²"), thickness: of(FILM.thickness, "µm"), mass: of(1000 * mass, "mg") },
    current: of(current, "mA"),
    overpotential: of(over, "V"),
    plateaus: [...plateaus, firstStep].map(({ name, potential }) => ({
      couple: name,
      charge: of(potential + over, "V"),
      ...(name !== firstStep.name && { discharge: of(potential - over, "V") }),
    })),
    retention: of(CYCLING.lastDischarge / CYCLING.firstDischarge, "1"),
    halves,
  };
  return { file, truth };
}

/** Two arcs and a constant-phase tail; each point takes three periods and 0.2 s. */
function impedance(random: Random) {
  const { high, low, circuit, arcs, tail } = IMPEDANCE;
  const steps = Math.round(10 * Math.log10(high / low));
  const frequency = Float64Array.from({ length: steps + 1 }, (_, i) => high * (low / high) ** (i / steps));
  // τ = 1/(2πf) = (RQ)^(1/n).
  const values = arcs.flatMap(({ apex, resistance, n }) => [
    resistance,
    (2 * Math.PI * apex) ** -n / resistance,
    n,
  ]);
  const z = new Float64Array(2 * frequency.length);
  const all = Float64Array.from([...values, tail.Q, tail.n]);
  circuitImpedance(
    parseCircuit(circuit),
    frequency.map((f) => 2 * Math.PI * f),
  ).evaluate(all, z);
  let clock = 0;
  const rows = Array.from(frequency, (f, i) => {
    clock += 3 / f + 0.2;
    const [re, im] = [z[2 * i]!, z[2 * i + 1]!];
    const size = NOISE.impedance * Math.hypot(re, im);
    return [f, re + size * normal(random), -(im + size * normal(random)), clock];
  });
  const file = {
    name: "eis.mpt",
    technique: "Potentio Electrochemical Impedance Spectroscopy",
    columns: ["freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm", "time/s"],
    rows,
  };
  const truth = {
    circuit,
    arcs: arcs.map(({ apex, resistance, n }, i) => ({
      frequency: of(apex, "Hz"),
      resistance: of(resistance, "Ω"),
      Q: of(values[3 * i + 1]!, "Ω⁻¹ s^n"),
      n: of(n, "1"),
    })),
    tail: { Q: of(tail.Q, "Ω⁻¹ s^n"), n: of(tail.n, "1") },
    noise: of(NOISE.impedance, "1"),
  };
  return { file, truth };
}

/** An ohmic sweep over three decades of both signs, with a small offset of the current. */
function ohmic(name: string, resistance: number, random: Random) {
  const count = 31;
  const up = Array.from({ length: count }, (_, i) => exp((Math.LN10 * 3 * (i - count + 1)) / (count - 1)));
  const offset = 2e-4 / resistance;
  const rows = [...up.map((v) => -v).reverse(), ...up]
    .sort((a, b) => a - b)
    .map((v, i) => {
      const current = (v / resistance) * (1 + NOISE.iv * normal(random)) + offset;
      return [0.1 * i, v, 1000 * current];
    });
  const file = { name, technique: "Linear Sweep Voltammetry", columns: ["time/s", "Ewe/V", "<I>/mA"], rows };
  return {
    file,
    truth: { resistance: of(resistance, "Ω"), offset: of(offset, "A"), noise: of(NOISE.iv, "1") },
  };
}

/** The whole experiment; each file has a stream of chance of its own. */
export function simulateEchem(seed: number): MadeEchem {
  const chance = (name: string) => seededRandom(`echem ${seed} ${name}`);
  const parts = {
    cv: voltammogram(chance("cv")),
    cycling: cycling(chance("cycling")),
    eis: impedance(chance("eis")),
    "iv-bridge": ohmic("iv-bridge.mpt", RESISTANCES.bridge, chance("bridge")),
    "iv-guard": ohmic("iv-guard.mpt", RESISTANCES.guard, chance("guard")),
  };
  return {
    files: Object.values(parts).map(({ file }) => file),
    truth: Object.fromEntries(Object.entries(parts).map(([name, { truth }]) => [name, truth])),
  };
}

/** A file as EC-Lab exports it. */
export function mptText({ technique, columns, rows }: MadeFile, day: number): string {
  const lines = [
    "",
    technique,
    "",
    `Acquisition started on : 03/${13 + day}/2021 10:00:00`,
    "Comments : simulated",
    "",
    columns.join("\t"),
  ];
  const head = ["EC-Lab ASCII FILE", `Nb header lines : ${lines.length + 2}`, ...lines];
  const body = rows.map((row) => row.map((value) => value.toExponential(9)).join("\t"));
  return `${[...head, ...body].join("\n")}\n`;
}
