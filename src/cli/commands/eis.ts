import { analyseSpectra, EIS_PARAMS, EIS_VERSION } from "../../analyses/electrochemistry/eis/analysis.ts";
import { CANDIDATES } from "../../analyses/electrochemistry/eis/choose-circuit.ts";
import type { Bounds } from "../../analyses/electrochemistry/eis/fit-circuit.ts";
import { parseQuantity, parseUnit } from "../../core/unit.ts";
import { parseCircuit } from "../../science/electrochemistry/circuit.ts";
import type { Negate } from "../../science/electrochemistry/impedance-columns.ts";
import {
  type Answer,
  type Command,
  type FlagValues,
  flagText,
  flagTexts,
  type Invocation,
  usage,
} from "../command.ts";
import { eisFound } from "../eis-found.ts";
import { eisInput } from "../eis-input.ts";
import { LAB_FLAGS, LAB_HELP, labOptions } from "../lab-input.ts";
import { labResult, RESULT_FLAGS, RESULT_HELP } from "../lab-result.ts";
import { parseNamed, wholeNumber } from "../settle-orientation.ts";

/** A value of a parameter: with its unit where that is one that can be written, else a number. */
function bound(text: string, unit: string, path: string): number {
  if (unit !== "1" && parseUnit(unit)) return parseQuantity(text, unit, path).value;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value))
    throw usage(path, `wanted a number, found "${text}"`, "a number");
  return value;
}

/** `--bounds R1=1Ohm:1kOhm`, `--bounds CPE1.n=0.8`: lowest and highest value, or one that is held. */
function boundsOf(flags: FlagValues, circuits: readonly string[]): Bounds {
  const units = new Map(
    circuits.flatMap((text) => parseCircuit(text).parameters.map(({ full, unit }) => [full, unit] as const)),
  );
  const bounds: Record<string, readonly [number, number]> = {};
  for (const text of flagTexts(flags, "bounds")) {
    const [, name = "", low = "", high] = /^([^=]+)=([^:]+)(?::(.+))?$/.exec(text) ?? [];
    const unit = units.get(name);
    if (unit === undefined) {
      const known = [...units.keys()].join(", ");
      throw usage(
        "--bounds",
        `wanted NAME=LOW:HIGH or NAME=VALUE with a parameter of the circuit (${known}), found "${text}"`,
        "R1=1Ohm:1kOhm",
      );
    }
    const [from, to] = [bound(low, unit, "--bounds"), bound(high ?? low, unit, "--bounds")];
    if (from > to) throw usage("--bounds", `wanted the lower value first, found "${text}"`, "LOW:HIGH");
    bounds[name] = [from, to];
  }
  return bounds;
}

function negateOf(flags: FlagValues): Negate | undefined {
  const text = flagText(flags, "negate");
  if (text === undefined || ["none", "re", "im", "both"].includes(text)) return text as Negate | undefined;
  throw usage("--negate", `wanted none, re, im or both, found "${text}"`, "none, re, im or both");
}

async function run(call: Invocation): Promise<Answer> {
  const { flags, inputs, stop, progress } = call;
  if (inputs.length === 0) throw usage("eis", "wanted at least one FILE, found none", "FILE…");
  const seed = wholeNumber(flags, "seed", 0, 0);
  const circuits = flagTexts(flags, "circuit");
  const given = Object.fromEntries(
    ["weights", "starts", "thickness", "area", "concentration", "temperature"].flatMap((name) => {
      const value = flagText(flags, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const params = parseNamed(EIS_PARAMS.parse, {
    ...given,
    ...(circuits.length > 0 && { circuit: circuits.join(" ") }),
    ...(flags.quick === true && { quick: true }),
  });
  const candidates = circuits.length > 0 ? circuits : CANDIDATES.map((text) => `L0-${text}`);
  const bounds = boundsOf(flags, candidates);
  const negate = negateOf(flags);
  const table = flagText(flags, "table");
  const input = await eisInput(inputs, labOptions(flags), { table, negate }, stop);
  const asked = {
    verb: "eis",
    version: EIS_VERSION,
    inputs: input.inputs,
    params: { ...params, bounds, ...(negate && { negate }), ...(table !== undefined && { table }) },
    seed,
  };
  return labResult(call, flagText(flags, "out"), asked, async () => {
    const found = analyseSpectra(input.spectra, params, bounds, seed, (done, total) => {
      stop.throwIfAborted();
      progress(done, total);
    });
    return eisFound(found, params, input.notices, inputs);
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
    circuit: { type: "string", multiple: true },
    bounds: { type: "string", multiple: true },
    weights: { type: "string" },
    starts: { type: "string" },
    thickness: { type: "string" },
    area: { type: "string" },
    concentration: { type: "string" },
    temperature: { type: "string" },
    negate: { type: "string" },
    table: { type: "string" },
    quick: { type: "boolean" },
  },
  run,
};
