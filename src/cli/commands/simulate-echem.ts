import { join } from "node:path";
import { version } from "../../../package.json" with { type: "json" };
import { mptText, simulateEchem } from "../../analyses/simulation/echem/echem.ts";
import { FILM } from "../../analyses/simulation/echem/paper.ts";
import { type Answer, flagText, type Invocation, jsonText, usage } from "../command.ts";
import { holds } from "../holds.ts";
import { checkFolder, checkWritable, writeFolder } from "../output.ts";

/** Flags that `simulate echem` knows; the others make scans. */
const KNOWN = new Set(["out", "seed", "force", "dry-run", "json", "quiet", "progress", "help"]);

/** Writes the electrochemistry of the paper's film as EC-Lab's text files, with truth and the commands to use. */
export async function simulateEchemFiles({ flags }: Invocation, seed: number): Promise<Answer> {
  const other = Object.keys(flags).find((name) => flags[name] !== undefined && !KNOWN.has(name));
  if (other !== undefined)
    throw usage(`--${other}`, "belongs to simulate orientation, echem has no such flag", "--seed, --out");
  const out = flagText(flags, "out");
  if (out === undefined) throw usage("--out", "wanted the folder for the experiment", "--out DIR");
  const mass = FILM.density * FILM.area * FILM.thickness * 0.1;
  const film = `--mass ${mass.toFixed(4)}mg --area ${FILM.area}cm² --thickness ${1000 * FILM.thickness}nm --formula ${FILM.formula}`;
  const commands = [
    `lithoscope cycling cycling.mpt ${film} --out cycling`,
    "lithoscope cv cv.mpt --out cv",
    "lithoscope eis eis.mpt --out eis",
    "lithoscope iv iv-bridge.mpt iv-guard.mpt --out iv",
  ];
  const { files, truth } = simulateEchem(seed);
  const described = {
    schema: "lithoscope/simulated-echem/1",
    ...{ version, seed, files: files.map(({ name }) => name), commands },
  };
  const text = `${out}: ${files.map(({ name }) => name).join(", ")} and truth.json; in ${out}:\n${commands.join("\n")}`;
  const json = { output: out, ...described };
  if (flags["dry-run"] === true)
    return { text: `would write ${files.length} files to ${out}`, json: { dryRun: true, ...json } };
  const description = `${JSON.stringify(described, null, 2)}\n`;
  if (await holds(join(out, "echem.json"), description)) return { text, json };
  const force = flags.force === true;
  await checkFolder(out, force);
  await checkWritable(out);
  await writeFolder(
    out,
    [
      ...files.map((file, day): [string, string] => [file.name, mptText(file, day)]),
      ["truth.json", `${jsonText({ schema: "lithoscope/echem-truth/1", seed, ...truth })}\n`],
      ["echem.json", description],
    ],
    force,
  );
  return { text, json };
}
