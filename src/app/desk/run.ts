import { analyses } from "../../analyses/index.ts";
import { type Explanation, explainPattern, explainPoints } from "../../analyses/orientation/explain.ts";
import type { OrientationParams, OrientationState } from "../../analyses/orientation/kernel.ts";
import type { PointOrientationState } from "../../analyses/orientation/point-kernel.ts";
import { toOrientationMap } from "../../analyses/orientation/to-map.ts";
import type { Analysis, Buffers } from "../../core/analysis.ts";
import type {
  Crystal,
  Notice,
  Numeric,
  PointList,
  Quantity,
  Signal,
  SourceRef,
  Table,
} from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import type { OrientationMap } from "../../core/orientation-map.ts";
import { pointSignal } from "../../core/point-signal.ts";
import { seededRandom } from "../../core/random.ts";
import type { FieldInfo } from "../../core/schema.ts";
import { browserPool } from "../../executors/pool.browser.ts";
import { type OrientationArrays, sigmaDeg } from "../../figures/orientation-arrays.ts";
import { interpretCif } from "../../formats/cif/reader.ts";
import type { ChunkStore } from "../../recipes/chunk.ts";
import { sourceId } from "../../recipes/content-id.ts";
import { type Outcome, runAnalysis } from "../../recipes/run.ts";
import {
  type OrientationRecipe,
  orientationRecipe,
  orientationResult,
} from "../../reports/orientation-recipe.ts";
import { openSource } from "../../sources/open.browser.ts";
import { type ScriptPlace, scriptAddress } from "./addresses.ts";
import { fileOf, identify, itemOf } from "./datasets.ts";
import { type KeptRun, keepRun, type RunKeeper } from "./kept-runs.ts";
import type { ItemHandle } from "./methods.ts";
import type { Context } from "./protocol.ts";
import { settleRun, type TypedParams } from "./settle-run.ts";

/** An analysis as a form shows it. */
export interface AnalysisInfo {
  readonly id: string;
  readonly title: string;
  readonly fields: Readonly<Record<string, FieldInfo>>;
}

/** A CIF that the page was given, and the name that it has in every output. */
export interface CrystalFile {
  readonly name: string;
  readonly source: SourceRef;
  readonly setting?: string;
}

export interface RunRequest extends ItemHandle {
  readonly analysis: string;
  /** Name of the scan's file. */
  readonly name: string;
  readonly params: TypedParams;
  readonly crystals: readonly CrystalFile[];
  readonly workers: number;
  /** The script that works on tiles. */
  readonly tiles: ScriptPlace;
}

export interface RunProgress {
  readonly stage: "reading crystals" | "calibrating" | "indexing" | "finishing";
  readonly done: number;
  readonly total: number;
}

export interface RunAnswer {
  /** Name of the run in the browser's storage, where its parts are kept. */
  readonly id?: string;
  readonly map: OrientationMap;
  readonly values: Readonly<Record<string, Quantity>>;
  readonly notices: readonly Notice[];
  /** Tables of the result by name, with their numbers. */
  readonly tables: Readonly<Record<string, PlainTable>>;
  /** What runs again to the same result; absent where the browser makes no content ids. */
  readonly recipe?: OrientationRecipe;
}

/** A table that can cross threads: its columns are all there. */
export interface PlainTable extends Omit<Table, "read"> {
  readonly values: Readonly<Record<string, Float64Array | string[]>>;
}

async function plainTable({ kind, title, rows, columns, meta, read }: Table): Promise<PlainTable> {
  const values = await Promise.all(
    columns.map(async ({ name }) => [name, await read(name, 0, rows)] as const),
  );
  return { kind, title, rows, columns, meta, values: Object.fromEntries(values) };
}

/** Analyses that take this item, with what they ask for. */
export async function analysesFor({
  navigation,
  signal,
  lists,
}: {
  readonly navigation: number;
  readonly signal: number;
  /** Lists of spots pass as signals with an axis of three numbers; they have analyses of their own. */
  readonly lists: boolean;
}): Promise<AnalysisInfo[]> {
  const found: AnalysisInfo[] = [];
  for (const load of Object.values(analyses)) {
    const { id, title, need, params } = await load();
    const fits = need.navigation === navigation && need.signal === signal && id.endsWith("-points") === lists;
    if (fits) found.push({ id, title, fields: params.fields });
  }
  return found;
}

/** A crystal of a run with the text that it is written in. */
interface ReadCrystal {
  readonly crystal: Crystal;
  readonly notices: readonly Notice[];
  readonly text: string;
  /** Content id of its file; absent where the browser makes none, as on a page that came without encryption. */
  readonly id?: string;
}

/** The crystal of a CIF that was dropped in. */
async function readCrystal(
  { name, source: ref, setting }: CrystalFile,
  { stop }: Pick<Context, "stop">,
): Promise<ReadCrystal> {
  const source = await openSource(ref);
  try {
    const text = new TextDecoder().decode(await source.read(0, source.size, stop));
    const id = crypto.subtle && (await sourceId(source, [], stop));
    return { ...(await interpretCif(text, name, setting)), text, ...(id && { id }) };
  } finally {
    await source.close();
  }
}

/** Remembers what the setup step found, so that a point can be explained as it was indexed; the rest goes to the keeper. */
function setupStore(keeper: ChunkStore | undefined): ChunkStore & { readonly kept: Map<string, Buffers> } {
  const kept = new Map<string, Buffers>();
  const remember = (name: string, buffers: Buffers | undefined) => {
    if (name === "setup" && buffers) kept.set(name, buffers);
    return buffers;
  };
  return {
    kept,
    read: async (name) => remember(name, await keeper?.read(name)),
    async write(name, buffers) {
      remember(name, buffers);
      await keeper?.write(name, buffers);
    },
  };
}

function keepingNotice(keeper: RunKeeper | undefined): Notice[] {
  const why = keeper ? keeper.fault : "the browser lets this page keep nothing";
  return why ? [{ code: "run-not-kept", message: `the finished parts of the run are not kept: ${why}` }] : [];
}

/** What was asked of a run and its recipe; undefined where the browser makes no content ids. */
async function recipeOf(
  request: RunRequest,
  analysis: Analysis<OrientationParams>,
  { asked: options, params }: ReturnType<typeof settleRun>,
  read: readonly ReadCrystal[],
  stop: AbortSignal,
) {
  const ids = read.flatMap(({ id }) => (id === undefined ? [] : [id]));
  if (ids.length < read.length) return undefined;
  const { crystals: _crystals, setup: _setup, ...plain } = params;
  const { options: open } = request.file;
  return orientationRecipe({
    ...{ analysis, params: plain, seed: 0, options },
    scan: { file: request.name, id: await identify(request.file, stop), ...(open && { open }) },
    crystals: request.crystals.map(({ name, setting }, i) => ({
      ...{ name, file: `${name}.cif`, id: ids[i]! },
      ...(setting !== undefined && { setting }),
    })),
  });
}

/** Keeps the parts of a run as they are finished; undefined where the browser keeps nothing. */
async function keeperOf(
  { name, item, analysis, params, crystals }: RunRequest,
  recipe: OrientationRecipe,
  content: string,
  read: readonly ReadCrystal[],
): Promise<RunKeeper | undefined> {
  const kept = {
    id: recipe.hash,
    scan: { name, content, item },
    ...{ analysis, params, done: 0, total: 0, at: Date.now() },
    crystals: crystals.map(({ name: of, setting }, i) => ({
      ...{ name: of, text: read[i]!.text },
      ...(setting !== undefined && { setting }),
    })),
  };
  try {
    return await keepRun(kept as KeptRun);
  } catch {
    // No database: the run goes its way without.
    return undefined;
  }
}

/** The last run of this worker. */
let last:
  | {
      readonly scan: Signal;
      readonly crystals: readonly Crystal[];
      readonly step: Quantity | undefined;
      readonly outcome: Outcome;
      readonly plan: Awaited<ReturnType<typeof recipeOf>>;
      explain(values: Numeric): Explanation;
    }
  | undefined;

/** What explains one pattern or list of a scan by the state that the run had. */
async function explainerOf(
  analysis: Analysis<OrientationParams>,
  scan: Signal,
  params: OrientationParams,
  found: Buffers | undefined,
): Promise<(values: Numeric) => Explanation> {
  const setup = await analysis.setup?.();
  const settled = setup && found ? setup.apply(params, found) : params;
  const state = (await analysis.load()).prepare(scan, settled, seededRandom(`0/${analysis.id}/prepare`));
  return analysis.id === "orientation-points"
    ? (values) => explainPoints(state as PointOrientationState, values)
    : (values) => explainPattern(state as OrientationState, values);
}

/** The scan of patterns or lists of a file, and the signal that the analyses take it as. */
async function scanOf(
  { file, item }: ItemHandle,
  stop: AbortSignal,
): Promise<{ info: Signal | PointList; scan: Signal; notices: readonly Notice[] }> {
  const { dataset } = await fileOf(file, stop);
  const found = dataset.items[item];
  if (found?.kind === "points")
    return { info: found, scan: await pointSignal(found, stop), notices: dataset.notices };
  const scan = await itemOf(file, item, "signal");
  return { info: scan, scan, notices: dataset.notices };
}

/** Runs an analysis on workers of its own. Progress is a `RunProgress`. */
export async function run(request: RunRequest, { progress, stop }: Context): Promise<RunAnswer> {
  const say = (stage: RunProgress["stage"], done = 0, total = 0) =>
    progress({ stage, done, total } satisfies RunProgress);
  say("reading crystals");
  const read = await Promise.all(request.crystals.map((file) => readCrystal(file, { stop })));
  const crystals = read.map(({ crystal }) => crystal);
  const load = analyses[request.analysis];
  if (!load) throw new LithoscopeError("Usage", `no analysis is called ${request.analysis}`);
  const analysis: Analysis<OrientationParams> = await load();
  const { info, scan, notices: ofFile } = await scanOf(request, stop);
  const notices = [...ofFile];
  const settled = settleRun(analysis, info, request.params, crystals, notices);
  notices.push(...read.flatMap((one) => one.notices));
  const plan = await recipeOf(request, analysis, settled, read, stop);
  const keeper = plan && (await keeperOf(request, plan.recipe, plan.asked.scan!.id, read));
  const executor = browserPool(request.workers, scriptAddress(request.tiles));
  const store = setupStore(keeper);
  const { params } = settled;
  say("calibrating");
  try {
    const found = await runAnalysis(analysis, scan, params, {
      ...{ executor, store, stop },
      progress: (done, total) => {
        say(done < total ? "indexing" : "finishing", done, total);
        keeper?.progress(done, total);
      },
    });
    const outcome = { ...found, notices: [...notices, ...found.notices] };
    const explain = await explainerOf(analysis, scan, params, store.kept.get("setup"));
    const { step } = params;
    last = { scan, crystals, step, outcome, plan, explain };
    const tables = Object.entries(found.tables).map(
      async ([name, table]) => [name, await plainTable(table)] as const,
    );
    return {
      map: mapOf(found.maps, scan, crystals, step),
      values: found.values,
      tables: Object.fromEntries(await Promise.all(tables)),
      notices: [...outcome.notices, ...keepingNotice(keeper)],
      ...(plan && { recipe: plan.recipe }),
      ...(keeper && { id: keeper.id }),
    };
  } finally {
    await executor.close();
    keeper?.close();
  }
}

/** Maps of one number per point that go along, with their units. */
const SCALARS = {
  score: "1",
  reliability: "1",
  reliability_180: "1",
  reliability_phase: "1",
  second_phase: "1",
  second_score: "1",
  weight: "1",
  margin: "1",
  used: "1",
  class: "1",
  trustworthy: "1",
  amorphous: "1",
  grain: "1",
} as const;

function mapOf(
  maps: Buffers,
  scan: Signal,
  crystals: readonly Crystal[],
  step: Quantity | undefined,
): OrientationMap {
  const [height, width] = scan.axes.map(({ size }) => size) as [number, number];
  const arrays = { ...(maps as { phase: Int16Array; orientation: Float64Array }), width, height };
  const base = toOrientationMap(arrays, crystals, scan.title, step);
  const extra = Object.fromEntries(
    Object.entries(SCALARS).flatMap(([name, unit]) => {
      const values = maps[name];
      return values ? [[name, { unit, values: Float64Array.from(values as Numeric) }] as const] : [];
    }),
  );
  const sigma = Float64Array.from(sigmaDeg(maps.covariance!, width * height));
  return { ...base, extra: { ...extra, sigma: { unit: "deg", values: sigma } } };
}

function lastRun(what: string) {
  if (last) return last;
  const run = "the run that this map came from";
  throw new LithoscopeError("Missing", `${what}: ${run} is not in this page any more`, { what: run });
}

/**
 * Why a point of the last run has its answer.
 *
 * @throws Missing if this worker has run nothing
 */
export async function explain(
  { x, y }: { readonly x: number; readonly y: number },
  { stop }: Context,
): Promise<Explanation> {
  const found = lastRun("why");
  const [height, width] = found.scan.axes.slice(2).map(({ size }) => size) as [number, number];
  const region = { start: [y, x, 0, 0], stop: [y + 1, x + 1, height, width] };
  return found.explain(await found.scan.tile(region, stop));
}

/**
 * The page on the last run that the command line writes into a result folder.
 *
 * @throws Missing if this worker has run nothing; Unsupported where the browser makes no content ids
 */
export async function report(_none: object, { stop }: Context): Promise<string> {
  const { scan, crystals, step, outcome, plan } = lastRun("report");
  if (!plan) {
    const message = "report: this browser makes no content ids for a page that came without encryption";
    throw new LithoscopeError("Unsupported", message, { feature: "content ids" });
  }
  const { orientationReport } = await import("../../reports/orientation-report.ts");
  const [height, width] = scan.axes.map(({ size }) => size) as [number, number];
  const phases = crystals.map(({ name }) => name);
  const files = await orientationReport({
    maps: { ...(outcome.maps as unknown as OrientationArrays), width, height, phases },
    ...{ crystals, recipe: plan.recipe, stop },
    result: orientationResult(outcome, plan.asked, plan.recipe.hash),
    ...(step && { step }),
  });
  return files.find(({ path }) => path === "report.html")!.bytes as string;
}
