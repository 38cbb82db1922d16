import { basename } from "node:path";
import { version } from "../../../package.json" with { type: "json" };
import { analyseCv, CV_VERSION, type CvResult } from "../../analyses/electrochemistry/cv/analyse.ts";
import { CV_PARAMS, cvAsked } from "../../analyses/electrochemistry/cv/analysis.ts";
import { cvAnswer } from "../../analyses/electrochemistry/cv/result-json.ts";
import { inFile } from "../../core/errors.ts";
import { cvFound } from "../../reports/cv-found.ts";
import { type Answer, type Command, flagText, type Invocation, usage } from "../command.ts";
import { type CvFile, readCv } from "../cv-input.ts";
import { LAB_FLAGS, LAB_HELP, labOptions } from "../lab-input.ts";
import { labParams, schemaFlags } from "../lab-params.ts";
import { labResult, RESULT_FLAGS, RESULT_HELP } from "../lab-result.ts";
import { wholeNumber } from "../settle-orientation.ts";
import { runSeveral } from "../several.ts";

/** One result of one file, or of files of one electrode. */
async function runFiles(
  call: Invocation,
  paths: readonly string[],
  out: string | undefined,
): Promise<Answer> {
  const { flags, stop } = call;
  const { columns, cell, choice, asked: own } = labParams(CV_PARAMS, flags, cvAsked);
  const open = labOptions(flags);
  const files: CvFile[] = [];
  for (const path of paths)
    files.push(await inFile(path, () => readCv(path, open, columns, stop), basename(path)));
  const asked = {
    verb: "cv",
    version: CV_VERSION,
    inputs: files.map(({ file, id, open: stated }) => ({ file, id, open: stated })),
    params: own,
    seed: wholeNumber(flags, "seed", 0, 0),
  };
  return labResult(call, out, asked, async () => {
    const results: CvResult[] = [];
    for (const [i, { run }] of files.entries())
      results.push(await inFile(paths[i]!, async () => analyseCv(run, choice), run.title));
    const names = paths.map((path) => basename(path));
    const { notices, ...answer } = cvAnswer(names, results, cell);
    const said = [...files, ...results].flatMap((one) => one.notices);
    return cvFound({ version, ...answer, notices: [...said, ...notices] });
  });
}

async function run(call: Invocation): Promise<Answer> {
  const { flags, inputs } = call;
  if (inputs.length === 0) throw usage("cv", "wanted at least one FILE, found none", "FILE…");
  const out = flagText(flags, "out");
  if (inputs.length === 1 || flags.rates === true) return runFiles(call, inputs, out);
  return runSeveral(call, "file", (path, folder) => runFiles(call, [path], folder));
}

export const cv: Command = {
  help: [
    "lithoscope cv FILE… [--resistance 12ohm] [--reference 0.25V±0.06V] --out DIR",
    "",
    "Peaks of each sweep with their uncertainty, anodic and cathodic ones in pairs, E½, ΔEp, charge, named couples.",
    "Positive current is oxidation.",
    "",
    "  --resistance 12ohm±1ohm    series resistance to correct for (from impedance); without it none is, and what",
    "                             the skew of the peaks asks for is reported",
    "  --reference 0.25V±0.06V    added to all potentials, for a pseudo-reference; its σ enters that of potentials",
    "  --couple NAME=4.3..4.5V    window of a couple, after --reference (repeatable; without it those of",
    "                             LiNi0.5Mn1.5O4 against Li: Mn3+/4+, Ni2+/3+, Ni3+/4+)",
    "  --rates                    the FILEs are one electrode at several scan rates: b of i = a·v^b, from four on",
    "  --area 1cm² --concentration 1mol/L   D of Randles and Ševčík, where b is 0.5",
    "  --sign oxidation-positive|reduction-positive  what a positive current is in the file",
    "  --potential NAME, --current NAME   columns, such as Ece",
    ...LAB_HELP,
    ...RESULT_HELP,
    "",
    "Several FILEs without --rates: one folder each in DIR, and index.csv.",
    "",
    "Example: lithoscope cv cv.mpt --resistance 12ohm --out out",
  ].join("\n"),
  flags: {
    ...LAB_FLAGS,
    ...RESULT_FLAGS,
    ...schemaFlags(CV_PARAMS),
    rates: { type: "boolean" },
  },
  run,
};
