import { existsSync } from "node:fs";
import { availableParallelism, cpus, freemem, totalmem } from "node:os";
import { Worker } from "node:worker_threads";
import { engines, version } from "../../../package.json" with { type: "json" };
import { indexScan } from "../../analyses/orientation/index-scan.ts";
import { LNMO, PLATINUM } from "../../analyses/simulation/crystals.ts";
import { judge } from "../../analyses/simulation/judge.ts";
import { simulationParams } from "../../analyses/simulation/params.ts";
import { simulateOrientation } from "../../analyses/simulation/scan.ts";
import type { Crystal } from "../../core/contracts.ts";
import { parseQuantity } from "../../core/unit.ts";
import { interpretCif } from "../../formats/cif/reader.ts";
import { fromAxisAngle } from "../../science/crystal/rotation.ts";
import { disorientationDeg, laueRotations } from "../../science/crystal/symmetry.ts";
import { electronWavelength } from "../../science/scattering/electron.ts";
import { reflections } from "../../science/scattering/reflections.ts";
import { type Answer, type Command, type Invocation, usage } from "../command.ts";
import { EXIT_BUG } from "../exit.ts";

/** A module of one function that returns a 128-bit vector: valid only with SIMD. */
const SIMD_MODULE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0],
  ...[10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
);
const CHROMIUM = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";

/** A number recomputed here, beside its known value. */
interface Golden {
  readonly name: string;
  readonly found: number;
  readonly known: number;
  readonly tolerance: number;
  readonly unit: string;
  readonly source: string;
}

function quick(crystals: readonly Crystal[]): Golden[] {
  const [lnmo, platinum] = crystals as [Crystal, Crystal];
  const inUnit = (text: string, unit: string) => parseQuantity(text, unit, "doctor").value;
  const mackenzie = fromAxisAngle([1, 1, Math.SQRT2 - 1], 62.7994);
  const atoms = lnmo.atoms.reduce((sum, { occupancy }) => sum + occupancy, 0);
  const shortest = reflections(platinum, 0.6, 200).length.reduce((a, b) => Math.min(a, b));
  const golden = (
    name: string,
    found: number,
    known: number,
    tolerance: number,
    unit: string,
    source: string,
  ) => ({
    name,
    found,
    known,
    tolerance,
    unit,
    source,
  });
  return [
    golden(
      "electron wavelength at 200 kV",
      electronWavelength(200),
      0.025079,
      1e-6,
      "Å",
      "CODATA, closed form",
    ),
    golden("0.0252/Å in 1/nm", inUnit("0.0252/Å", "1/nm"), 0.252, 1e-12, "1/nm", "definition"),
    golden("0.7deg in mrad", inUnit("0.7deg", "mrad"), 12.2173048, 1e-6, "mrad", "definition"),
    golden("2 nm in Å", inUnit("2nm", "Å"), 20, 1e-12, "Å", "definition"),
    golden(
      "largest cubic disorientation",
      disorientationDeg([1, 0, 0, 0], mackenzie, laueRotations("m-3m")),
      62.7994,
      1e-3,
      "deg",
      "Mackenzie (1958)",
    ),
    golden("atoms in the cell of LNMO", atoms, 56, 1e-9, "1", "space group 227, sites 8a 16d 32e"),
    golden("rotations of LNMO", lnmo.rotations.length, 24, 0, "1", "Laue group m-3m"),
    golden("lattice spacing of Pt 111", 1 / shortest, 3.9236 / Math.sqrt(3), 1e-4, "Å", "a/√3"),
  ];
}

/** Processor time of this process [ms]: other programs on the machine do not count. */
function spent(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
}

/** Simulates and indexes 4 and 25 patterns of LNMO; the difference leaves the start-up out. */
async function indexed(lnmo: Crystal, stop: AbortSignal) {
  const begin = performance.now();
  const runs: { right: number; milliseconds: number }[] = [];
  for (const size of [2, 5]) {
    const film = { size, step: 9, grain: 9, layer: 0, amorphous: 0, manyBeam: 0.1 };
    const params = simulationParams.parse(film);
    const { scan, truth } = simulateOrientation([lnmo], params, 4);
    const options = {
      voltageKv: params.voltage,
      precessionDeg: params.precession,
      pixelSize: params.pixelSize,
      pixelSizeFrom: "flag",
      calibration: "fixed",
    } as const;
    const before = spent();
    const maps = await indexScan(scan, [lnmo], options, undefined, stop);
    runs.push({ right: judge(truth, maps, [lnmo]).rightForgiven, milliseconds: spent() - before });
  }
  const [few, more] = runs as [(typeof runs)[0], (typeof runs)[0]];
  const patternsPerSecond = (1000 * 21) / Math.max(1, more.milliseconds - few.milliseconds);
  return { right: more.right, patternsPerSecond, whole: performance.now() - begin };
}

/** Milliseconds until a worker answers; NaN if it cannot be started. */
async function workerStart(): Promise<number> {
  const begin = performance.now();
  const code = 'require("node:worker_threads").parentPort.postMessage(1)';
  const worker = new Worker(code, { eval: true });
  const answered = await new Promise<boolean>((resolve) => {
    worker.once("message", () => resolve(true));
    worker.once("error", () => resolve(false));
    worker.once("exit", () => resolve(false));
  });
  const took = performance.now() - begin;
  await worker.terminate();
  return answered ? took : Number.NaN;
}

/** Whether version `have` is at least the one in ">=20.19". */
function recent(have: string, wanted: string): boolean {
  const [a, b] = [have, wanted.replace(/^\D+/, "")].map((v) => v.split(".").map(Number));
  const [major, minor] = [a![0]! - b![0]!, (a![1] ?? 0) - (b![1] ?? 0)];
  return major > 0 || (major === 0 && minor >= 0);
}

function within({ found, known, tolerance }: Golden): boolean {
  return Math.abs(found - known) <= tolerance;
}

async function run({ inputs, stop }: Invocation): Promise<Answer> {
  if (inputs.length > 0) throw usage("doctor", `wanted no name, found "${inputs.join(" ")}"`, "no name");
  const crystals: Crystal[] = [];
  // Without operators, so that the tables of space groups are asked.
  for (const { name, bareCif } of [LNMO, PLATINUM])
    crystals.push((await interpretCif(bareCif, name)).crystal);
  const speed = await indexed(crystals[0]!, stop);
  const golden: Golden[] = [
    ...quick(crystals),
    {
      name: "share of 25 simulated LNMO patterns indexed within 2°, 180° about the beam forgiven",
      found: speed.right,
      known: 1,
      tolerance: 0.25,
      unit: "1",
      source: "truth of the simulation",
    },
  ];
  const node = process.versions.node;
  const simd = WebAssembly.validate(SIMD_MODULE);
  const started = await workerStart();
  const missing = [
    ...(recent(node, engines.node) ? [] : [`Node ${engines.node}; this is ${node}`]),
    ...(simd ? [] : ["WebAssembly SIMD: the plain search is used, about ten times slower"]),
    ...(Number.isFinite(started) ? [] : ["worker threads: everything runs on one core"]),
    ...(existsSync(CHROMIUM)
      ? []
      : [`Chromium at ${CHROMIUM} (for the browser tests only; CHROMIUM_PATH names another)`]),
    ...(process.env.LITHOSCOPE_DATA ? [] : ["LITHOSCOPE_DATA (for the tests on real files only)"]),
  ];
  const gib = (bytes: number) => Math.round((bytes / 2 ** 30) * 10) / 10;
  const machine = {
    node,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memory: { value: gib(totalmem()), free: gib(freemem()), unit: "GiB" },
    wasmSimd: simd,
    workerStart: { value: Math.round(started), unit: "ms" },
  };
  const healthy = golden.every(within);
  const json = {
    lithoscope: version,
    healthy,
    machine,
    golden: golden.map((g) => ({ ...g, right: within(g) })),
    speed: {
      patternsPerSecond: { value: Math.round(speed.patternsPerSecond * 10) / 10, unit: "1/s" },
      what: "21 simulated patterns of 128² pixels, one crystal, per second of one core, start-up left out",
      wholeRun: { value: Math.round(speed.whole), unit: "ms" },
    },
    missing,
  };
  const lines = [
    `lithoscope ${version}, Node ${node}, ${machine.platform}`,
    `${machine.processor}, ${machine.cores} cores, ${machine.memory.value} GiB of memory, ${machine.memory.free} free`,
    `WebAssembly SIMD ${simd ? "works" : "is missing"}; a worker starts in ${Math.round(started)} ms`,
    "",
    ...golden.map(
      (g) => `${within(g) ? "right" : "WRONG"}  ${g.name}: ${Number(g.found.toPrecision(7))} ${g.unit}`,
    ),
    "",
    `speed: ${json.speed.patternsPerSecond.value} patterns/s (${json.speed.what})`,
    ...missing.map((what) => `missing: ${what}`),
    healthy ? "healthy" : "NOT healthy: a number above is wrong; please report these lines",
  ];
  return { text: lines.join("\n"), json, exit: healthy ? 0 : EXIT_BUG };
}

export const doctor: Command = {
  help: [
    "lithoscope doctor [--json]",
    "",
    "Says what this machine has, recomputes known numbers, indexes a few simulated patterns and times it.",
    "Exit code 0 when every number is right, 70 when one is wrong.",
    "",
    "Example: lithoscope doctor",
  ].join("\n"),
  flags: {},
  run,
};
