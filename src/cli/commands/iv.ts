import { basename } from "node:path";
import { version } from "../../../package.json" with { type: "json" };
import { analyseIv, IV_VERSION } from "../../analyses/electrochemistry/iv/analyse.ts";
import { IV_PARAMS, ivAsked } from "../../analyses/electrochemistry/iv/analysis.ts";
import { ivAnswer } from "../../analyses/electrochemistry/iv/result-json.ts";
import { inFile } from "../../core/errors.ts";
import { ivFound } from "../../reports/iv-found.ts";
import { type Answer, type Command, flagText, type Invocation, usage } from "../command.ts";
import { readIv } from "../iv-input.ts";
import { LAB_FLAGS, LAB_HELP, labOptions } from "../lab-input.ts";
import { labParams, schemaFlags } from "../lab-params.ts";
import { labResult, RESULT_FLAGS, RESULT_HELP } from "../lab-result.ts";
import { wholeNumber } from "../settle-orientation.ts";
import { runSeveral } from "../several.ts";

async function runOne(call: Invocation, path: string, out: string | undefined): Promise<Answer> {
  const { flags, stop } = call;
  const { columns, device, choice, asked: own } = labParams(IV_PARAMS, flags, ivAsked);
  const open = labOptions(flags);
  const name = basename(path);
  const file = await inFile(path, () => readIv(path, open, columns, stop), name);
  const asked = {
    verb: "iv",
    version: IV_VERSION,
    inputs: [{ file: path, id: file.id, open }],
    params: own,
    seed: wholeNumber(flags, "seed", 0, 0),
  };
  return labResult(call, out, asked, async () => {
    const work = async () => analyseIv(file.run, choice);
    const { found, notices } = await inFile(path, work, file.run.title);
    return ivFound(version, name, ivAnswer(found, device), [...file.notices, ...notices]);
  });
}

async function run(call: Invocation): Promise<Answer> {
  const { flags, inputs } = call;
  if (inputs.length === 0) throw usage("iv", "wanted at least one FILE, found none", "FILE…");
  const out = flagText(flags, "out");
  if (inputs.length === 1) return runOne(call, inputs[0]!, out);
  return runSeveral(call, "file", (path, folder) => runOne(call, path, folder));
}

export const iv: Command = {
  help: [
    "lithoscope iv FILE… [--compliance 1mA] [--probes 2] --out DIR",
    "",
    "I–V: slope of log |I| over log |V| in each decade, resistance with its uncertainty. I–t, where the potential is",
    "held: Cottrell's law against an exponential, leakage, charge.",
    "",
    "  --kind iv|it               what the file holds, where it is taken for the other",
    "  --compliance 1mA           limit of the source, rows at it are left out (also 20V; repeatable); else plateaus",
    "                             behind a kink are",
    "  --probes 2|4               with two (default) the resistance holds that of the contacts",
    "  --sign along|against       a positive current flows along a positive potential (default), or against it",
    '  --potential NAME, --current NAME   columns, such as "Channel B Voltage"',
    "  --thickness 100nm±5%       film open on one side: D = L²/(2.467 τ) of the exponential",
    "  --area 1cm² --concentration 1mol/L   D of Cottrell's law, one electron",
    ...LAB_HELP,
    ...RESULT_HELP,
    "",
    "Several FILEs: one folder each in DIR, and index.csv.",
    "",
    "Example: lithoscope iv bridge.mpt --compliance 1mA --out out",
  ].join("\n"),
  flags: {
    ...LAB_FLAGS,
    ...RESULT_FLAGS,
    ...schemaFlags(IV_PARAMS),
  },
  run,
};
