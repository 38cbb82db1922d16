import { basename } from "node:path";
import { version } from "../../../package.json" with { type: "json" };
import { analyseCv, CV_VERSION } from "../../analyses/electrochemistry/cv/analyse.ts";
import { inFile } from "../../core/errors.ts";
import { type Answer, type Command, flagText, type Invocation, usage } from "../command.ts";
import { cvFound } from "../cv-found.ts";
import { type CvFile, cvFlags, readCv } from "../cv-input.ts";
import { LAB_FLAGS, LAB_HELP, labOptions } from "../lab-input.ts";
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
  const { columns, cell, windows, signStated } = cvFlags(flags);
  const open = labOptions(flags);
  const files: CvFile[] = [];
  for (const path of paths)
    files.push(await inFile(path, () => readCv(path, open, columns, stop), basename(path)));
  const asked = {
    verb: "cv",
    version: CV_VERSION,
    inputs: files.map(({ file, id, open: stated }) => ({ file, id, open: stated })),
    params: { ...columns, ...cell, windows },
    seed: wholeNumber(flags, "seed", 0, 0),
  };
  return labResult(call, out, asked, async () => {
    const choice = { resistance: cell.resistance?.value ?? 0, windows, signStated };
    const results = [];
    for (const [i, { run }] of files.entries())
      results.push(await inFile(paths[i]!, async () => analyseCv(run, choice), run.title));
    const notices = files.flatMap((file) => file.notices);
    return cvFound(
      version,
      paths.map((path) => basename(path)),
      results,
      cell,
      notices,
    );
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
    resistance: { type: "string" },
    reference: { type: "string" },
    couple: { type: "string", multiple: true },
    rates: { type: "boolean" },
    area: { type: "string" },
    concentration: { type: "string" },
    sign: { type: "string" },
    potential: { type: "string" },
    current: { type: "string" },
  },
  run,
};
