import { analyses } from "../../analyses/index.ts";
import { type Explanation, explainPattern } from "../../analyses/orientation/explain.ts";
import { kernel, type OrientationParams, type OrientationState } from "../../analyses/orientation/kernel.ts";
import { toOrientationMap } from "../../analyses/orientation/to-map.ts";
import type { Analysis, Buffers } from "../../core/analysis.ts";
import type { Crystal, Notice, Numeric, Quantity, Signal, SourceRef, Table } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import type { OrientationMap } from "../../core/orientation-map.ts";
import { pointSignal } from "../../core/point-signal.ts";
import { seededRandom } from "../../core/random.ts";
import type { FieldInfo } from "../../core/schema.ts";
import { browserPool } from "../../executors/pool.browser.ts";
import { sigmaDeg } from "../../figures/orientation-arrays.ts";
import { interpretCif } from "../../formats/cif/reader.ts";
import type { ChunkStore } from "../../recipes/chunk.ts";
import { recipeHash } from "../../recipes/hash.ts";
import { runAnalysis } from "../../recipes/run.ts";
import { openSource } from "../../sources/open.browser.ts";
import { type ScriptPlace, scriptAddress } from "./addresses.ts";
import { fileOf, identify, itemOf } from "./datasets.ts";
import { type KeptRun, keepRun, type RunKeeper } from "./kept-runs.ts";
import type { ItemHandle } from "./methods.ts";
import type { Context } from "./protocol.ts";

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
  readonly params: Readonly<Record<string, unknown>>;
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

/** The crystal of a CIF that was dropped in, and the text it is written in. */
export async function readCrystal(
  { name, source: ref, setting }: CrystalFile,
  { stop }: Pick<Context, "stop">,
): Promise<{ crystal: Crystal; notices: readonly Notice[]; text: string }> {
  const source = await openSource(ref);
  try {
    const text = new TextDecoder().decode(await source.read(0, source.size, stop));
    return { ...(await interpretCif(text, name, setting)), text };
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

/** Keeps the parts of a run as they are finished; undefined where the browser keeps nothing. */
async function keeperOf(
  request: RunRequest,
  version: number,
  params: Readonly<Record<string, unknown>>,
  texts: readonly string[],
): Promise<RunKeeper | undefined> {
  try {
    const content = await identify(request.file);
    const crystals = request.crystals.map(({ name, setting }, i) => ({
      ...{ name, text: texts[i]! },
      ...(setting !== undefined && { setting }),
    }));
    const { analysis, item } = request;
    const inputs = { scan: `${content}/${item}` };
    const id = await recipeHash({ inputs, analysis, version, params: { ...params, crystals }, seed: 0 });
    const scan = { name: request.name, content, item };
    const record = {
      id,
      scan,
      analysis,
      params: request.params,
      crystals,
      done: 0,
      total: 0,
      at: Date.now(),
    };
    return await keepRun(record as KeptRun);
  } catch {
    // No database, or no secure page to make ids in: the run goes its way without.
    return undefined;
  }
}

/** What the last run of this worker needs to explain a point. */
let explained: { readonly scan: Signal; readonly state: OrientationState } | undefined;

/** The scan of patterns, or of lists of spots as the analyses take them. */
async function scanOf({ file, item }: ItemHandle, stop: AbortSignal): Promise<Signal> {
  const { dataset } = await fileOf(file, stop);
  const found = dataset.items[item];
  return found?.kind === "points" ? pointSignal(found, stop) : itemOf(file, item, "signal");
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
  const params = analysis.params.parse({ ...request.params, crystals });
  const { crystals: _crystals, setup: _setup, ...plain } = params;
  const texts = read.map(({ text }) => text);
  const scan = await scanOf(request, stop);
  const keeper = await keeperOf(request, analysis.version, { ...plain }, texts);
  const executor = browserPool(request.workers, scriptAddress(request.tiles));
  const store = setupStore(keeper);
  say("calibrating");
  try {
    const found = await runAnalysis(analysis, scan, params, {
      executor,
      store,
      stop,
      progress: (done, total) => {
        say(done < total ? "indexing" : "finishing", done, total);
        keeper?.progress(done, total);
      },
    });
    const setup = await analysis.setup?.();
    const buffers = store.kept.get("setup");
    const settled = setup && buffers ? setup.apply(params, buffers) : params;
    const random = seededRandom(`0/${analysis.id}/prepare`);
    if (analysis.id === "orientation") explained = { scan, state: kernel.prepare(scan, settled, random) };
    return {
      map: mapOf(found.maps, scan, crystals, params.step),
      values: found.values,
      tables: Object.fromEntries(
        await Promise.all(
          Object.entries(found.tables).map(async ([name, table]) => [name, await plainTable(table)] as const),
        ),
      ),
      notices: [...read.flatMap(({ notices }) => notices), ...found.notices, ...keepingNotice(keeper)],
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

/**
 * Why a point of the last run has its answer.
 *
 * @throws Missing if this worker has run nothing
 */
export async function explain(
  { x, y }: { readonly x: number; readonly y: number },
  { stop }: Context,
): Promise<Explanation> {
  if (!explained) {
    const what = "the run that this map came from";
    throw new LithoscopeError("Missing", `why: ${what} is not in this page any more`, { what });
  }
  const { scan, state } = explained;
  const [height, width] = scan.axes.slice(2).map(({ size }) => size) as [number, number];
  const values = await scan.tile({ start: [y, x, 0, 0], stop: [y + 1, x + 1, height, width] }, stop);
  return explainPattern(state, values);
}
