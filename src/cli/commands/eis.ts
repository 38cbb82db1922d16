import { basename } from "node:path";
import { version } from "../../../package.json" with { type: "json" };
import { analyseSpectra } from "../../analyses/electrochemistry/eis/analysis.ts";
import { EIS_PARAMS, EIS_VERSION, eisAsked } from "../../analyses/electrochemistry/eis/params.ts";
import { eisAnswer } from "../../analyses/electrochemistry/eis/result-json.ts";
import { eisFound } from "../../reports/eis-found.ts";
import { type Answer, type Command, flagText, type Invocation, usage } from "../command.ts";
import { eisInput } from "../eis-input.ts";
import { LAB_FLAGS, LAB_HELP, labOptions } from "../lab-input.ts";
import { labParams, schemaFlags } from "../lab-params.ts";
import { labResult, RESULT_FLAGS, RESULT_HELP } from "../lab-result.ts";
import { wholeNumber } from "../settle-orientation.ts";

async function run(call: Invocation): Promise<Answer> {
  const { flags, inputs, stop, progress } = call;
  if (inputs.length === 0) throw usage("eis", "wanted at least one FILE, found none", "FILE…");
  const seed = wholeNumber(flags, "seed", 0, 0);
  const { params, bounds, asked: own, input: choice } = labParams(EIS_PARAMS, flags, eisAsked);
  const input = await eisInput(inputs, labOptions(flags), choice, stop);
  const asked = { verb: "eis", version: EIS_VERSION, inputs: input.inputs, params: own, seed };
  return labResult(call, flagText(flags, "out"), asked, async () => {
    const run = analyseSpectra(input.spectra, params, bounds, seed, (done, total) => {
      stop.throwIfAborted();
      progress(done, total);
    });
    const name = inputs.length === 1 ? basename(inputs[0]!) : undefined;
    return eisFound({
      ...{ version, ...eisAnswer(run, params), notices: [...input.notices, ...run.notices] },
      name: name ?? `${run.results.length} spectra of ${inputs.length} files`,
    });
  });
}

export const eis: Command = {
  help: [
    "lithoscope eis FILE… [--circuit R0-p(R1,CPE1)-CPE2] --out DIR",
    "",
    "Several sweeps, in one file or in several, are one series over time: one circuit, a trend of its parameters.",
    "",
    "  --circuit TEXT             series -, parallel p( , ), elements R C L CPE W Wo Ws G TLM; several are compared by",
    "                             AICc; a stated few if not given",
    "  --bounds NAME=LOW:HIGH     range of a parameter (R1=1Ohm:1kOhm, CPE1.n=0.5:1); one value holds it; repeatable",
    "  --weights modulus|unit|measured   1/|Z| (default), 1, or the scatter of at least three sweeps",
    "  --starts N                 starts of each fit (20)",
    "  --thickness 10um           diffusion length L: D = L²/τ of Wo and Ws",
    "  --area 1cm^2 --concentration 1mol/L [--temperature 298.15K]   D of W",
    "  --negate none|re|im|both   parts that the file stores with the other sign, where its columns do not say",
    "  --table TEXT               the table of impedance with this in its title, where a file holds several",
    "  --quick                    no intervals from the profile likelihood",
    ...LAB_HELP,
    ...RESULT_HELP,
    "",
    "Example: lithoscope eis cell.mpt --circuit 'R0-p(R1,CPE1)-p(R2,CPE2)-CPE3' --out out",
  ].join("\n"),
  flags: {
    ...LAB_FLAGS,
    ...RESULT_FLAGS,
    ...schemaFlags(EIS_PARAMS),
    circuit: { type: "string", multiple: true },
  },
  run,
};
