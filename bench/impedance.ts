/**
 * npm run bench -- eis [--python PATH]: speed of a circuit's fit beside impedance.py and pyimpspec in the same run, P1's arcs
 * against the Cramér-Rao bound, and a series of 90 spectra. kk DIR and drt DIR judge folders of spectra with truth.json.
 * Processor time.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { analyseSpectra } from "../src/analyses/electrochemistry/eis/analysis.ts";
import { arcsOf } from "../src/analyses/electrochemistry/eis/arcs.ts";
import { drt } from "../src/analyses/electrochemistry/eis/drt.ts";
import { fitCircuit } from "../src/analyses/electrochemistry/eis/fit-circuit.ts";
import { frequencies, madeSpectrum } from "../src/analyses/electrochemistry/eis/made-spectra.ts";
import { EIS_PARAMS } from "../src/analyses/electrochemistry/eis/params.ts";
import { judgeValidity } from "../src/analyses/electrochemistry/eis/validity.ts";
import { IMPEDANCE } from "../src/analyses/simulation/echem/paper.ts";
import { seededRandom } from "../src/core/random.ts";
import { invertSymmetric } from "../src/math/linear.ts";
import { median } from "../src/math/order-statistics.ts";
import { parseCircuit } from "../src/science/electrochemistry/circuit.ts";
import type { Spectrum } from "../src/science/electrochemistry/spectrum.ts";

const TWO_ARCS = "R0-p(R1,CPE1)-p(R2,CPE2)-CPE3";
const SEEDS = 100;

const say = (line: string) => process.stdout.write(`${line}\n`);
const percent = (value: number) => `${(100 * value).toFixed(1)} %`;

/** Processor seconds of a piece of work. */
function spent<T>(work: () => T): { value: T; seconds: number } {
  const begin = process.cpuUsage();
  const value = work();
  const { user, system } = process.cpuUsage(begin);
  return { value, seconds: (user + system) / 1e6 };
}

/** Columns f, Z′, Z″ of a text with one heading. */
async function readSpectrum(path: string): Promise<Spectrum> {
  const rows = (await readFile(path, "utf8")).trim().split("\n").slice(1);
  const numbers = rows.map((row) => row.split(",").map(Number));
  return {
    title: path,
    frequency: Float64Array.from(numbers, ([f]) => f!),
    z: Float64Array.from(numbers.flatMap(([, re, im]) => [re!, im!])),
  };
}

/** One start each of impedance.py and pyimpspec, from values twice the truth. */
const PYTHON = `
import sys, time, numpy as np, warnings
warnings.simplefilter("ignore")
f, re, im = np.loadtxt(sys.argv[1], delimiter=",", skiprows=1, unpack=True)
z = re + 1j * im
def best(work):
    times = []
    for _ in range(3):
        begin = time.process_time(); work(); times.append(time.process_time() - begin)
    return min(times)
try:
    import impedance.models.circuits as ic
    start = [2 * v for v in (25, 60)] + [2e-6, .8, 300, 1e-4, .7, 5e-3, .6]
    circuit = ic.CustomCircuit("R0-p(R1,CPE1)-p(R2,CPE2)-CPE3", initial_guess=start)
    print("impedance.py", best(lambda: circuit.fit(f, z, weight_by_modulus=True)))
except Exception as error: print("impedance.py", repr(error))
try:
    import pyimpspec
    data = pyimpspec.DataSet(frequencies=f, impedances=z)
    text = "R{R=50}(R{R=120}Q{Y=2e-6,n=0.8})(R{R=300}Q{Y=1e-4,n=0.7})Q{Y=5e-3,n=0.6}"
    fit = lambda: pyimpspec.fit_circuit(pyimpspec.parse_cdc(text), data, method="least_squares", weight="modulus", num_procs=1)
    print("pyimpspec", best(fit))
except Exception as error: print("pyimpspec", repr(error))
`;

async function benchSpeed(python: string | undefined): Promise<void> {
  const values = [25, 60, 2e-6, 0.88, 180, 1.5e-4, 0.8, 8e-3, 0.65];
  const spectrum = madeSpectrum(TWO_ARCS, values, frequencies(1e6, 1e-2, 8), 1e-3, seededRandom("speed"));
  const circuit = parseCircuit(TWO_ARCS);
  let best = Number.POSITIVE_INFINITY;
  let told = "";
  for (let round = 0; round < 6; round++) {
    const { value, seconds } = spent(() => fitCircuit(circuit, spectrum));
    best = Math.min(best, seconds);
    told = `${value.converged} of ${value.starts} converged, ${value.hits} at the best χ² ${value.chi2.toPrecision(5)}`;
  }
  say(`${TWO_ARCS}, 65 points, 20 starts: ${(1e3 * best).toFixed(0)} ms, ${told}`);
  if (python === undefined) return;
  const folder = await mkdtemp(join(tmpdir(), "lithoscope-eis-"));
  const path = join(folder, "spectrum.csv");
  const { frequency, z } = spectrum;
  const rows = Array.from(frequency, (f, i) => `${f},${z[2 * i]},${z[2 * i + 1]}`);
  await writeFile(path, `f,re,im\n${rows.join("\n")}\n`);
  const { stdout, stderr } = spawnSync(python, ["-c", PYTHON, path], { encoding: "utf8" });
  await rm(folder, { recursive: true });
  for (const line of stdout.trim().split("\n")) say(`  one start of ${line} s`);
  if (stdout === "") say(`  ${stderr.trim().split("\n").at(-1)}`);
}

/** Parameters of the paper's arcs in the order of the circuit. */
function paperValues(): number[] {
  const { arcs, tail } = IMPEDANCE;
  const arc = ({ apex, resistance, n }: (typeof arcs)[number]) => [
    resistance,
    (2 * Math.PI * apex) ** -n / resistance,
    n,
  ];
  return [...arcs.flatMap(arc), tail.Q, tail.n];
}

/** Variance of ln f of each apex at the truth, noise s|Z| on both parts: the gradient through the inverse of JᵀJ/s². */
function apexBound(truth: readonly number[], frequency: Float64Array, noise: number): number[] {
  const circuit = parseCircuit(IMPEDANCE.circuit);
  const p = truth.length;
  const positive = circuit.parameters.map(({ kind }) => kind === "positive");
  const exact = madeSpectrum(IMPEDANCE.circuit, truth, frequency).z;
  const step = 1e-6;
  const moved = (k: number, by: number) =>
    madeSpectrum(
      IMPEDANCE.circuit,
      truth.map((v, i) => (i !== k ? v : positive[k] ? v * Math.exp(by) : v + by)),
      frequency,
    ).z;
  const slopes = truth.map((_, k) => {
    const [up, down] = [moved(k, step), moved(k, -step)];
    return up.map((value, i) => (value - down[i]!) / (2 * step));
  });
  const information = new Float64Array(p * p);
  for (let i = 0; i < exact.length; i++) {
    const sigma = noise * Math.hypot(exact[i - (i % 2)]!, exact[i - (i % 2) + 1]!);
    for (let a = 0; a < p; a++)
      for (let b = 0; b < p; b++) information[a * p + b] += (slopes[a]![i]! * slopes[b]![i]!) / sigma ** 2;
  }
  const covariance = invertSymmetric(information, p)!;
  const at = (name: string) => circuit.parameters.findIndex(({ full }) => full === name);
  return [1, 2].map((k) => {
    const [r, q, n] = [at(`R${k}`), at(`CPE${k}.Q`), at(`CPE${k}.n`)] as [number, number, number];
    // ln f = −(ln R + ln Q)/n − ln 2π
    const gradient = new Map([
      [r, -1 / truth[n]!],
      [q, -1 / truth[n]!],
      [n, Math.log(truth[r]! * truth[q]!) / truth[n]! ** 2],
    ]);
    let sum = 0;
    for (const [a, u] of gradient) for (const [b, v] of gradient) sum += u * v * covariance[a * p + b]!;
    return sum;
  });
}

/** The paper's arcs: apexes within 2 % at 0.1 % noise; within 3 σ, and σ over the bound, at 0.5 %. */
function benchArcs(): void {
  const truth = paperValues();
  const frequency = frequencies(IMPEDANCE.high, IMPEDANCE.low, 10);
  for (const noise of [1e-3, 5e-3]) {
    const bound = apexBound(truth, frequency, noise).map(Math.sqrt);
    let [near, within, one] = [0, 0, 0];
    const ratios: number[][] = [[], []];
    for (let seed = 0; seed < SEEDS; seed++) {
      const made = madeSpectrum(IMPEDANCE.circuit, truth, frequency, noise, seededRandom(`arcs/${seed}`));
      const arcs = arcsOf(fitCircuit(parseCircuit(IMPEDANCE.circuit), made, { seed: String(seed) }));
      const off = IMPEDANCE.arcs.map(({ apex }, k) => Math.log(arcs[k]!.frequency.value / apex));
      const sigma = arcs.map(({ frequency: f }) => f.sigma! / f.value);
      if (off.every((o) => Math.abs(o) < 0.02)) near++;
      if (off.every((o, k) => Math.abs(o) <= 3 * sigma[k]!)) within++;
      for (const k of [0, 1]) {
        if (Math.abs(off[k]!) <= sigma[k]!) one++;
        ratios[k]!.push(sigma[k]! / bound[k]!);
      }
    }
    const ratio = ratios.map(
      (own, k) =>
        `${IMPEDANCE.arcs[k]!.apex} Hz ± ${percent(bound[k]!)}: σ/bound median ${median(own).toFixed(2)}, greatest ${Math.max(...own).toFixed(2)}`,
    );
    say(
      `P1's arcs, noise ${percent(noise)}, ${SEEDS} seeds, cold: within 2 % ${near}, within 3 σ ${within}, within σ ${percent(one / 2 / SEEDS)}; ${ratio.join("; ")}`,
    );
  }
}

/** A film whose second arc grows over 90 spectra. */
function benchSeries(): void {
  const spectra = Array.from({ length: 90 }, (_, k) =>
    madeSpectrum(
      TWO_ARCS,
      [10, 50, 2e-5, 0.9, 100 * (1 + k / 60), 8e-4, 0.85, 0.02, 0.7],
      frequencies(1e5, 1e-2, 10),
      1e-3,
      seededRandom(`series/${k}`),
    ),
  );
  for (const circuit of [TWO_ARCS, undefined]) {
    const params = EIS_PARAMS.parse(circuit === undefined ? {} : { circuit });
    const { value, seconds } = spent(() => analyseSpectra(spectra, params, {}, 1));
    const found = value.results.map(({ arcs }) => arcs.at(-1)!.resistance.value);
    say(
      `90 spectra of 71 points, ${circuit ?? "no circuit named"}: fit, validity, distribution ${seconds.toFixed(1)} s; R2 from ${found[0]!.toFixed(1)} to ${found[89]!.toFixed(1)} Ω, true 100 to ${(100 * (1 + 89 / 60)).toFixed(1)}`,
    );
  }
}

/** Speed, the paper's arcs, a series. */
export async function benchImpedance(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { python: { type: "string" } } });
  await benchSpeed(values.python);
  benchArcs();
  benchSeries();
}

/** False alarms on clean-*.csv, and how many of drift-*.csv are found. */
export async function judgeKramersKronig([folder = "."]: string[]): Promise<void> {
  const names = Object.keys(JSON.parse(await readFile(join(folder, "truth.json"), "utf8")) as object);
  const alarms = { clean: 0, drift: 0 };
  const counts = { clean: 0, drift: 0 };
  let seconds = 0;
  for (const name of names) {
    const kind = name.startsWith("clean") ? "clean" : "drift";
    const spectrum = await readSpectrum(join(folder, name));
    const judged = spent(() => judgeValidity(spectrum));
    seconds += judged.seconds;
    counts[kind]++;
    if (judged.value.verdict !== "valid") alarms[kind]++;
  }
  say(
    `false alarms ${alarms.clean} of ${counts.clean}, found ${alarms.drift} of ${counts.drift}, ${((1e3 * seconds) / names.length).toFixed(1)} ms each`,
  );
}

interface DrtTruth {
  readonly peaks: readonly { readonly tau_s: number; readonly area_ohm: number }[];
  readonly ln_tau: readonly number[];
  readonly gamma_ohm: readonly number[];
}

/** A line through (x, y), x rising, 0 outside. */
function lineAt(x: ArrayLike<number>, y: ArrayLike<number>, at: number): number {
  const n = x.length;
  if (at < x[0]! || at > x[n - 1]!) return 0;
  let k = 1;
  while (k < n - 1 && x[k]! < at) k++;
  const w = (at - x[k - 1]!) / (x[k]! - x[k - 1]!);
  return (1 - w) * y[k - 1]! + w * y[k]!;
}

/** Distribution against truth: L2 on the truth's grid, area of each peak, cover of its σ (bands ± 1.645 σ), median τ. */
export async function judgeDrt([folder = "."]: string[]): Promise<void> {
  const truth = JSON.parse(await readFile(join(folder, "truth.json"), "utf8")) as Record<string, DrtTruth>;
  const found = new Map<string, { l2: number[]; area: number[]; cover: boolean[]; tau: number[] }>();
  for (const [name, { peaks, ln_tau, gamma_ohm }] of Object.entries(truth)) {
    const kind = name.split("-")[0]!;
    const own = found.get(kind) ?? { l2: [], area: [], cover: [], tau: [] };
    found.set(kind, own);
    const spectrum = await readSpectrum(join(folder, name));
    const result = drt(spectrum, { noise: judgeValidity(spectrum).noise, seed: "1" });
    const logTau = result.tau.map(Math.log);
    let [off, all] = [0, 0];
    for (const [i, at] of ln_tau.entries()) {
      off += (lineAt(logTau, result.gamma, at) - gamma_ohm[i]!) ** 2;
      all += gamma_ohm[i]! ** 2;
    }
    own.l2.push(Math.sqrt(off / all));
    if (kind === "gerischer") {
      own.area.push(result.area / peaks[0]!.area_ohm - 1);
      // Half of the area of √(τ/(τ0 − τ)) lies below τ0/2.
      own.tau.push(result.medianTau / (peaks[0]!.tau_s / 2) - 1);
      continue;
    }
    for (const peak of peaks) {
      const near = result.peaks.reduce((a, b) =>
        Math.abs(Math.log(b.tau / peak.tau_s)) < Math.abs(Math.log(a.tau / peak.tau_s)) ? b : a,
      );
      own.area.push(near.area / peak.area_ohm - 1);
      own.tau.push(near.tau / peak.tau_s - 1);
      own.cover.push(Math.abs(near.area - peak.area_ohm) <= 1.645 * near.areaSigma);
    }
  }
  for (const [kind, { l2, area, cover, tau }] of found) {
    const sizes = tau.map(Math.abs);
    const covered =
      cover.length > 0 ? `, bands cover ${cover.filter(Boolean).length} of ${cover.length}` : "";
    say(
      `${kind}: L2 median ${median(l2).toFixed(3)}, areas worst ${percent(Math.max(...area.map(Math.abs)))}, ${area.filter((a) => Math.abs(a) <= 0.03).length} of ${area.length} within 3 %${covered}; τ off by ${percent(median(sizes))} in the middle, median ${percent(median(tau))}, worst ${percent(Math.max(...sizes))}, within 10 % ${sizes.filter((s) => s <= 0.1).length} of ${sizes.length}`,
    );
  }
}
