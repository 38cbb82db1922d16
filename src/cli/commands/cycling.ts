import { basename } from "node:path";
import { version } from "../../../package.json" with { type: "json" };
import { analyseCycling } from "../../analyses/electrochemistry/cycling/analyse.ts";
import {
  CYCLING_PARAMS,
  CYCLING_VERSION,
  cyclingAsked,
} from "../../analyses/electrochemistry/cycling/analysis.ts";
import { cyclingAnswer } from "../../analyses/electrochemistry/cycling/result-json.ts";
import { inFile } from "../../core/errors.ts";
import { cyclingFound } from "../../reports/cycling-found.ts";
import { type Answer, type Command, flagText, type Invocation, usage } from "../command.ts";
import { type CellFile, joinRuns, readCell } from "../cycling-input.ts";
import { LAB_FLAGS, LAB_HELP, labOptions } from "../lab-input.ts";
import { labParams, schemaFlags } from "../lab-params.ts";
import { labResult, RESULT_FLAGS, RESULT_HELP } from "../lab-result.ts";
import { wholeNumber } from "../settle-orientation.ts";
import { runSeveral } from "../several.ts";

/** One result of one file, of replicate files, or of files joined. */
async function runCells(
  call: Invocation,
  paths: readonly string[],
  out: string | undefined,
  join: boolean,
): Promise<Answer> {
  const { flags, stop } = call;
  const { columns, electrode, choice, asked: own } = labParams(CYCLING_PARAMS, flags, cyclingAsked);
  const open = labOptions(flags);
  const files: CellFile[] = [];
  for (const path of paths)
    files.push(await inFile(path, () => readCell(path, open, columns, stop), basename(path)));
  const asked = {
    verb: "cycling",
    version: CYCLING_VERSION,
    inputs: files.map(({ file, id, open: stated }) => ({ file, id, open: stated })),
    params: { ...own, join },
    seed: wholeNumber(flags, "seed", 0, 0),
  };
  return labResult(call, out, asked, async () => {
    const joined = join ? joinRuns(files) : undefined;
    const runs = joined ? [joined.run] : files.map(({ run }) => run);
    const cells = [];
    for (const [i, run] of runs.entries())
      cells.push(await inFile(paths[i]!, async () => analyseCycling(run, choice), run.title));
    const names = join ? [runs[0]!.title] : paths.map((path) => basename(path));
    const notices = [...files, ...(joined ? [joined] : []), ...cells].flatMap((one) => one.notices);
    return cyclingFound({ version, notices, ...cyclingAnswer(names, cells, electrode) });
  });
}

async function run(call: Invocation): Promise<Answer> {
  const { flags, inputs } = call;
  if (inputs.length === 0) throw usage("cycling", "wanted at least one FILE, found none", "FILE…");
  const [join, replicates] = [flags.join === true, flags.replicates === true];
  if (join && replicates)
    throw usage("--join", "joined files are one cell, not replicates", "one of the two");
  const out = flagText(flags, "out");
  if (join || replicates || inputs.length === 1)
    return runCells(call, inputs, out, join && inputs.length > 1);
  return runSeveral(call, "file", (path, folder) => runCells(call, [path], folder, false));
}

export const cycling: Command = {
  help: [
    "lithoscope cycling FILE… [--mass 1.20±0.02mg] [--area 1.13cm²±2%] [--thickness 100nm±5%] --out DIR",
    "",
    "FILE is a cycler's or potentiostat's file. Positive current is oxidation (charge of the positive electrode).",
    "",
    "  --mass 1.20±0.02mg         active mass, for mAh/g; ± a number or per cent, also written +-",
    "  --area 1.13cm²±2%          electrode area, for mAh/cm²",
    "  --thickness 100nm±5%       film thickness, with the area for µAh cm⁻² µm⁻¹, and for D",
    "  --formula LiNi0.5Mn1.5O4   host, for the theoretical capacity",
    "  --ion Li, --ions 1         working ion, and how many leave per formula unit (all of the formula's)",
    "  --nominal 2.5mAh           capacity that 1C means (theory and mass, else the largest half cycle)",
    "  --electrode positive|negative  a cycle begins with charge, or with discharge (positive)",
    "  --sign oxidation-positive|reduction-positive  what a positive current is in the file",
    "  --capacity integral|counter  ∫I dt, or what the instrument counted (integral)",
    "  --potential NAME           column of the potential, such as Ece",
    "  --rest-current 1uA         below it no current flows",
    "  --replicates               the FILEs are cells of one kind: mean ± s in one result",
    "  --join                     the FILEs are one cell, one after another",
    ...LAB_HELP,
    ...RESULT_HELP,
    "",
    "Several FILEs without --replicates or --join: one folder each in DIR, and index.csv.",
    "",
    "Example: lithoscope cycling cell.mpr --mass 1.20±0.02mg --formula LiNi0.5Mn1.5O4 --out out",
  ].join("\n"),
  flags: {
    ...LAB_FLAGS,
    ...RESULT_FLAGS,
    ...schemaFlags(CYCLING_PARAMS),
    replicates: { type: "boolean" },
    join: { type: "boolean" },
  },
  run,
};
