/**
 * npm run bench: what indexing costs, in one run on one core. Times are processor time, best of three rounds, so that
 * other load does not enter; the ratios are what to compare between machines.
 */
import { templates } from "../src/analyses/orientation/bank.ts";
import { searchableBank } from "../src/analyses/orientation/bank-levels.ts";
import { calibrateScan } from "../src/analyses/orientation/calibrate-scan.ts";
import { indexPattern } from "../src/analyses/orientation/index-pattern.ts";
import { buildIndexer } from "../src/analyses/orientation/indexer.ts";
import { kernelShape, searchBank } from "../src/analyses/orientation/match.ts";
import { beamCentre, cleanFrame, type Pattern, preparePattern } from "../src/analyses/orientation/pattern.ts";
import { referenceSearch } from "../src/analyses/orientation/reference.ts";
import { LNMO, PLATINUM } from "../src/analyses/simulation/crystals.ts";
import { simulationParams } from "../src/analyses/simulation/params.ts";
import { simulateOrientation } from "../src/analyses/simulation/scan.ts";
import type { Crystal } from "../src/core/contracts.ts";
import { interpretCif } from "../src/formats/cif/reader.ts";
import { searchKernel } from "../src/kernels/search.ts";
import { plainSearchKernel } from "../src/kernels/search-plain.ts";

/** Processor time of this process [ms]. */
function spent(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
}

/** Milliseconds of one call of `work` for each of the items: best of the rounds, after one that warms up. */
function perItem<T>(items: readonly T[], work: (item: T) => unknown, rounds = 3): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round <= rounds; round++) {
    const begin = spent();
    for (const item of items) work(item);
    if (round > 0) best = Math.min(best, spent() - begin);
  }
  return best / items.length;
}

async function timed<T>(work: () => T | Promise<T>): Promise<[T, number]> {
  const begin = spent();
  const result = await work();
  return [result, spent() - begin];
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const row = (name: string, ms: number, more = "") =>
  say(`  ${name.padEnd(46)}${ms.toFixed(2).padStart(9)} ms${more && `   ${more}`}`);

const SIZE = 128;
const params = simulationParams.parse({ size: 16, step: 8 });
const options = {
  voltageKv: params.voltage,
  precessionDeg: params.precession,
  pixelSize: params.pixelSize,
  pixelSizeFrom: "flag",
  calibration: "refine",
} as const;

const [crystals, cifTime] = await timed(async () => {
  const read: Crystal[] = [];
  for (const { name, bareCif } of [LNMO, PLATINUM]) read.push((await interpretCif(bareCif, name)).crystal);
  return read;
});
const [{ scan }, simulateTime] = await timed(() => simulateOrientation(crystals, params, 1));
const [setup, setupTime] = await timed(() => calibrateScan(scan, { ...options, crystals }));
const { camera, optics } = setup;
const [indexer, indexerTime] = await timed(() => buildIndexer(crystals, options, SIZE, camera, optics));
const [bank, bankTime] = await timed(() => searchableBank(indexer.models, optics, SIZE / 2));
const plainTemplates = indexer.models.flatMap((m, i) => templates(m, i, optics, SIZE / 2, 1));

const data = await scan.tile({ start: [0, 0, 0, 0], stop: scan.axes.map((axis) => axis.size) });
const frames = Array.from({ length: 256 }, (_, i) => data.subarray(i * SIZE * SIZE, (i + 1) * SIZE * SIZE));
const frame = new Float32Array(SIZE * SIZE);
function prepared(raw: ArrayLike<number>): Pattern {
  cleanFrame(raw, SIZE, camera, frame);
  return preparePattern(frame, SIZE, camera, beamCentre(frame, SIZE, camera.discRadius, camera.centre));
}
const patterns = frames.map(prepared).filter((pattern) => pattern.spots.length >= 2);
const few = patterns.filter((_, i) => i % Math.ceil(patterns.length / 12) === 0);

const fast = searchKernel(kernelShape(bank, SIZE));
const plain = plainSearchKernel(kernelShape(bank, SIZE));
const search = {
  fast: perItem(patterns, (p) => searchBank(p, bank, 28, { kernel: fast })),
  exact: perItem(patterns, (p) => searchBank(p, bank, 28, { kernel: fast, exact: true })),
  plain: perItem(few, (p) => searchBank(p, bank, 28, { kernel: plain })),
  plainExact: perItem(few, (p) => searchBank(p, bank, 28, { kernel: plain, exact: true })),
  reference: perItem(few.slice(0, 4), (p) => referenceSearch(p, plainTemplates, 28), 1),
};
const preparation = perItem(frames, prepared);
const whole = perItem(frames.slice(0, 64), (raw) => indexPattern(indexer, raw), 2);

const rate = (ms: number) => `${Math.round(1000 / ms)} patterns/s`;
const times = (ms: number) => `${(search.reference / ms).toFixed(1)} × the reference`;
say(
  `Node ${process.versions.node}; ${SIZE}² pixels, LNMO and Pt, ${plainTemplates.length} templates of 1°; per core`,
);
say("start-up, once a run or worker");
row("read two CIFs without operators (space groups)", cifTime);
row("reflections, tables and bank of the scan", indexerTime);
row("bank alone", bankTime);
row("camera, pixel size and ellipse from the scan", setupTime);
say("template search, per pattern");
row("reference, 1° in plain loops", search.reference, rate(search.reference));
row("plain twin of the kernel, every template", search.plainExact, times(search.plainExact));
row("plain twin, coarse to fine", search.plain, times(search.plain));
row(`${fast.kind} kernel, every template`, search.exact, times(search.exact));
row(`${fast.kind} kernel, coarse to fine`, search.fast, `${times(search.fast)}, ${rate(search.fast)}`);
say("whole indexing, per pattern");
row("spots and background", preparation, `${((100 * preparation) / whole).toFixed(0)} %`);
row("search", search.fast, `${((100 * search.fast) / whole).toFixed(0)} %`);
row("all, refinement included", whole, rate(whole));
say("simulation, per pattern");
row("grains, discs, counts", simulateTime / frames.length, rate(simulateTime / frames.length));
