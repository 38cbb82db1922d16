// npm run demo: simulates the pristine film of the paper in miniature and its electrochemistry, maps and analyses them
// with the built command, and compares what was found with the truth. Writes everything into demo-out/, the report as demo-out/report.html.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { compareEchem, foundText, rightText, withEchem } from "./demo-echem.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const CLI = join(ROOT, "dist", "cli.js");
const [size = "48", folder = join(ROOT, "demo-out")] = process.argv.slice(2);
const OUT = resolve(folder);
// Files below this folder are named from here, so that result and report read the same on every machine.
const near = relative(ROOT, OUT);
const DIR = near.startsWith("..") ? OUT : near;

/** Runs a program with its messages shown; stops here if it fails. */
const run = (...args) => runIn(ROOT, ...args);

function runIn(cwd, ...args) {
  const { status, stdout } = spawnSync(process.execPath, args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) process.exit(status ?? 70);
  return stdout;
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

if (!existsSync(CLI)) {
  say("building …");
  run(join(ROOT, "node_modules", "vite", "bin", "vite.js"), "build", "--logLevel", "warn");
}
rmSync(OUT, { recursive: true, force: true });

let begin = performance.now();
const seconds = () => `${((performance.now() - begin) / 1000).toFixed(1)} s`;
say(`simulating ${size} × ${size} patterns of a pristine LNMO film on Pt …`);
run(CLI, "simulate", "orientation", "--seed", "1", "--size", size, "--out", join(DIR, "scan"), "--quiet");
say(`  ${seconds()}`);

begin = performance.now();
const { flags } = JSON.parse(readFileSync(join(OUT, "scan", "scan.json"), "utf8"));
const crystals = flags.crystal.flatMap((pair) => {
  const [name, file] = pair.split("=");
  return ["--crystal", `${name}=${join(DIR, "scan", file)}`];
});
const stated = ["voltage", "precession", "pixel-size", "step"].flatMap((flag) => [`--${flag}`, flags[flag]]);
const asked = ["orientation", join(DIR, "scan", "scan.blo"), ...crystals, ...stated];
say("mapping phase and orientation …");
say(`  npx lithoscope ${asked.join(" ")} --out ${join(DIR, "result")}`);
run(CLI, ...asked, "--out", join(DIR, "result"), "--quiet");
say(`  ${seconds()}`);
run(CLI, "convert", join(DIR, "result"), join(DIR, "map.json"));

begin = performance.now();
say("simulating and analysing the film's electrochemistry …");
const ECHEM = join(OUT, "echem");
run(CLI, "simulate", "echem", "--seed", "1", "--out", join(DIR, "echem"), "--quiet");
for (const command of JSON.parse(readFileSync(join(ECHEM, "echem.json"), "utf8")).commands) {
  say(`  npx ${command}`);
  runIn(ECHEM, CLI, ...command.split(" ").slice(1), "--quiet");
}
say(`  ${seconds()}`);
const measured = compareEchem(ECHEM);
const mapped = readFileSync(join(OUT, "result", "report.html"), "utf8");
writeFileSync(join(OUT, "report.html"), withEchem(mapped, ECHEM, measured));

const { judgeOrientation, readCif, readTruth } = await import(
  new URL("../dist/index.js", import.meta.url).href
);
const head = JSON.parse(readFileSync(join(OUT, "scan", "truth.json"), "utf8"));
const truth = readTruth(head, readFileSync(join(OUT, "scan", head.bin)));
const map = JSON.parse(readFileSync(join(OUT, "map.json"), "utf8"));
const structures = [];
for (const { name } of head.phases)
  structures.push(await readCif(readFileSync(join(OUT, "scan", `${name}.cif`), "utf8"), name));
const found = {
  phase: map.phase,
  orientation: map.quaternion.flatMap((q) => q ?? [NaN, NaN, NaN, NaN]),
  amorphous: map.amorphous.map((a) => a ?? NaN),
  trustworthy: map.trustworthy,
  grain: map.grain,
};
const verdict = judgeOrientation(truth, found, structures);

const { values } = JSON.parse(readFileSync(join(OUT, "result", "result.json"), "utf8"));
/** "51.4 ± 9.1": the same digits for a value and its σ, where there is one; "–" for no value. */
const withSigma = (quantity, scale = 1) => {
  if (typeof quantity?.value !== "number") return "–";
  const { value, sigma } = quantity;
  return [value, ...(sigma === undefined ? [] : [sigma])].map((v) => (scale * v).toFixed(1)).join(" ± ");
};
const trueArea = (member) =>
  `${((100 * [...truth.amorphous].filter(member).length) / truth.amorphous.length).toFixed(1)} %`;
const percent = (share) => `${(100 * share).toFixed(1)} %`;
const areas = [
  ...head.phases.map(({ name }, k) => [name, trueArea((a, i) => truth.phase1[i] === k && !(a > 0.5))]),
  ["amorphous", trueArea((a) => a > 0.5)],
];
/** The share that the report's first sentence states: of all points, the amorphous ones included. */
const stoodFor = map.trustworthy.reduce((sum, t) => sum + t, 0) / map.trustworthy.length;
const step = head.step_nm;
const rows = [
  ["", "found", "true"],
  ...areas.map(([name, right]) => [
    `area, ${name}`,
    `${withSigma(values[`area share, ${name}`], 100)} %`,
    right,
  ]),
  ["grains of 5 points or more", String(verdict.grainsFound), String(verdict.grainsTrue)],
  [
    "mean diameter of these grains",
    `${withSigma(values["grain diameter, mean"])} nm`,
    `${(step * verdict.diameterTrue).toFixed(1)} nm`,
  ],
  ["phase right", percent(verdict.phaseRight), "100 %"],
  ["orientation right (< 2°)", percent(verdict.right), "100 %"],
  ["  180° about the beam forgiven", percent(verdict.rightForgiven), "100 %"],
  ["median error of orientation", `${verdict.medianError.toFixed(2)}°`, "0°"],
  ["mean error of the amorphous share", verdict.amorphousError.toFixed(3), "0"],
  ["all points: it stands for", percent(stoodFor), ""],
  ["crystalline points: it stands for", percent(verdict.trusted), ""],
  ["  of those right (180° forgiven)", percent(verdict.trustedRight), "100 %"],
];
say("");
for (const [name, a, b] of rows) say(`${name.padEnd(36)}${a.padStart(14)}${b.padStart(10)}`);
say("");
say(
  `Phase, orientation and the last two rows are of the ${verdict.crystalline} points that are crystalline in truth, of ${map.width} × ${map.height}; ± is σ over another place of the same film; ${OUT} holds scan, truth and result.`,
);
say("");
for (const { name, found, right } of measured)
  say(`${name.padEnd(40)}${foundText(found).padStart(22)}  ${rightText(right)}`);
say("");
say("Electrochemistry: found ± one standard deviation, and true.");
say(`Report: ${join(OUT, "report.html")}`);
