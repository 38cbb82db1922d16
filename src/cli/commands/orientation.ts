import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Executor } from "../../core/analysis.ts";
import type { Notice, Signal } from "../../core/contracts.ts";
import { planTiles } from "../../core/tile-plan.ts";
import { nodePool } from "../../executors/pool.node.ts";
import { openDataset } from "../../formats/open.ts";
import { runAnalysis } from "../../recipes/run.ts";
import { orientationRecipe } from "../../reports/orientation-recipe.ts";
import { openFile } from "../../sources/file.node.ts";
import { type Answer, type Command, flagText, type Invocation, usage } from "../command.ts";
import { contentId } from "../content-id.ts";
import { OPEN_FLAGS, OPEN_HELP, openOptions } from "../open-options.ts";
import { type OrientationInput, orientationInput, settleInput } from "../orientation-input.ts";
import { readText } from "../output.ts";
import { folderState, openResultFolder } from "../result-folder.ts";
import { parseNamed, readCrystals, wholeNumber } from "../settle-orientation.ts";
import { runSeveral } from "../several.ts";
import { writeResult } from "../write-result.ts";

/** Everything that is settled about one scan before a pattern is read. */
async function plan(
  call: Invocation,
  path: string,
  input: OrientationInput,
  id: () => Promise<string>,
  from: readonly Notice[],
) {
  const { flags } = call;
  const { analysis } = input;
  const open = openOptions(flags);
  const notices = [...from];
  const { asked, options } = settleInput(flags, input, notices);
  const known = await readCrystals(flags, notices);
  const crystals = known.map(({ crystal }) => crystal);
  const seed = wholeNumber(flags, "seed", 0, 0);
  const {
    crystals: _crystals,
    setup: _setup,
    ...params
  } = parseNamed(analysis.params.parse, { ...options, crystals });
  const settled = await orientationRecipe({
    ...{ analysis, params, seed, options: asked },
    scan: { file: path, id: await id(), ...(Object.keys(open).length > 0 && { open }) },
    crystals: known.map(({ crystal: { name }, file, id, setting }) => ({
      ...{ name, file, id },
      ...(setting !== undefined && { setting }),
    })),
  });
  return { ...settled, path, step: asked.step, options, crystals, notices, seed };
}

type Plan = Awaited<ReturnType<typeof plan>>;

async function dryRun(settled: Plan, scan: Signal, out: string | undefined, force: boolean, pool: Executor) {
  const state = out === undefined ? "fresh" : await folderState(out, settled.recipe.hash, force);
  const tiles = planTiles(scan).length;
  const shape = scan.axes.map((axis) => axis.size);
  const json = {
    dryRun: true,
    shape,
    tiles,
    workers: pool.slots,
    state,
    ...settled.recipe,
    notices: settled.notices,
  };
  const lines = Object.entries(settled.options).map(
    ([name, value]) =>
      `  ${name}: ${typeof value === "object" && "unit" in value ? `${value.value} ${value.unit}` : value}`,
  );
  const text = [
    `${settled.path}: ${shape.join(" × ")}, ${tiles} tiles on ${pool.name}, ${state}`,
    ...lines,
    `  crystals: ${settled.crystals.map(({ name }) => name).join(", ")}`,
    `  recipe: ${settled.recipe.hash}`,
  ];
  return { text: text.join("\n"), json };
}

/** One scan into one folder. */
async function runScan(
  call: Invocation,
  path: string,
  out: string | undefined,
  pool: Executor,
): Promise<Answer> {
  const { flags, stop, say, progress } = call;
  const force = flags.force === true;
  const source = await openFile(path);
  try {
    const dataset = await openDataset(source, stop, openOptions(flags));
    const input = await orientationInput(dataset, path, stop);
    const { scan, analysis } = input;
    const settled = await plan(call, path, input, () => contentId(source, stop), dataset.notices);
    const { recipe, crystals, options, seed } = settled;
    if (flags["dry-run"] === true) return dryRun(settled, scan, out, force, pool);
    if (out === undefined) throw usage("--out", "wanted the folder for the result", "--out DIR");
    if ((await folderState(out, recipe.hash, force)) === "done")
      return { text: `${out}: already done`, json: JSON.parse(await readText(join(out, "result.json"))) };
    const folder = await openResultFolder(out, recipe.hash, force);
    try {
      const params = analysis.params.parse({ ...options, crystals });
      const { store, sink } = folder;
      const found = await runAnalysis(analysis, scan, params, {
        executor: pool,
        seed,
        store,
        progress,
        stop,
      });
      const outcome = { ...found, notices: [...settled.notices, ...found.notices] };
      const [height, width] = scan.axes.map((axis) => axis.size) as [number, number];
      const json = await writeResult({ ...settled, outcome, width, height }, sink, stop);
      stop.throwIfAborted();
      await sink.commit();
      if (outcome.complete) await folder.forgetTiles();
      for (const notice of json.notices) say(`notice: ${notice.message}`);
      const { phase } = outcome.maps as { phase: Int16Array };
      const indexed = phase.reduce((sum, p) => sum + (p >= 0 ? 1 : 0), 0);
      const words = indexed === 0 ? "nothing indexed" : `${indexed} of ${phase.length} pixels indexed`;
      return { text: `${out}: ${words}${outcome.complete ? "" : ", some tiles were lost"}`, json };
    } catch (error) {
      // What stopped the run is what people must read, not what hindered the cleaning up.
      await folder.abandon().catch(() => undefined);
      throw error;
    }
  } finally {
    await source.close();
  }
}

async function run(call: Invocation): Promise<Answer> {
  const { flags, inputs } = call;
  if (inputs.length === 0) throw usage("orientation", "wanted at least one SCAN, found none", "SCAN…");
  const out = flagText(flags, "out");
  const pool = nodePool(wholeNumber(flags, "workers", 1, availableParallelism()));
  try {
    return inputs.length === 1
      ? await runScan(call, inputs[0]!, out, pool)
      : await runSeveral(call, "scan", (path, folder) => runScan(call, path, folder, pool));
  } finally {
    await pool.close();
  }
}

export const orientation: Command = {
  help: [
    "lithoscope orientation SCAN… --crystal NAME=FILE.cif … --voltage 200kV --pixel-size 0.0252/Å --out DIR",
    "",
    "SCAN holds diffraction patterns, or lists of their spots (Bragg vectors of py4DSTEM).",
    "",
    "  --crystal NAME=FILE.cif    a crystal to look for; once for each",
    "  --setting NAME=1|2|H|R|…   origin or axes of that CIF, where it leaves them open",
    "  --voltage 200kV            accelerating voltage, if the file does not say",
    "  --precession 0.7deg        precession half-angle; 0 if not given",
    "  --pixel-size 0.0252/Å      detector pixel (also 1/A, nm^-1), a start value; lists in 1/Å need none",
    "  --centre 64px,64px         direct beam, column,row, a start value; found if not given",
    "  --calibration refine|fixed fixed holds the given pixel size (refine)",
    "  --step 2nm                 distance between scan points",
    "  --scan-rotation 25deg      θ in v_detector = F·R(θ)·v_scan; orientations are given in the scan's axes",
    "  --flip x|y                 F there: the detector axis that runs against the scan's",
    ...OPEN_HELP,
    "  --exact                    slower, and closer to the exact definition of the match",
    "  --workers N                threads (as many as the computer has cores); the result does not depend on it",
    "  --seed N                   seed of whatever is drawn by chance (0)",
    "  --out DIR                  folder for the result; several SCANs: one folder each in it, and index.csv",
    "  --force                    replaces another result in DIR",
    "  --dry-run                  says what would be done",
    "  --progress plain|json, --json, --quiet",
    "",
    "The same command again finds the result done, or goes on where it was stopped.",
    "",
    "Example: lithoscope orientation scan.blo --crystal LNMO=lnmo.cif --crystal Pt=pt.cif \\",
    "           --voltage 200kV --precession 0.7deg --pixel-size 0.0252/Å --out out",
  ].join("\n"),
  flags: {
    ...OPEN_FLAGS,
    crystal: { type: "string", multiple: true },
    setting: { type: "string", multiple: true },
    voltage: { type: "string" },
    precession: { type: "string" },
    "pixel-size": { type: "string" },
    centre: { type: "string" },
    calibration: { type: "string" },
    step: { type: "string" },
    "scan-rotation": { type: "string" },
    flip: { type: "string" },
    exact: { type: "boolean" },
    workers: { type: "string" },
    seed: { type: "string" },
    "dry-run": { type: "boolean" },
    out: { type: "string" },
  },
  run,
};
