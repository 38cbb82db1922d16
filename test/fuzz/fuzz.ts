/**
 * npm run fuzz -- [--reader ID …] [--seconds N] [--files K] [--seed S] [--from K]: opens seeded changes of the fixtures
 * with each reader in a process that is killed when it hangs, and exits with 1 if anything but a result or an error of
 * ours came out. Readers that go through a library for containers get a tenth of K. A finding names its index: `--reader ID --seed S --from INDEX --files 1` opens that file again, and
 * `--keep` leaves it below out/fuzz.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { casesOf } from "../../fixtures/cases/index.ts";
import { formats } from "../../src/formats/index.ts";
import { mutate } from "./mutate.ts";
import { addSummaries, type Finding, type Job, type Summary, summaryLine } from "./report.ts";

/** Readers whose files a library opens, which takes ten times as long as a reader of ours. */
const CONTAINERS = ["tiff", "gzip", "zip", "zarr", "hdf5"];
/** A file that takes this long by the clock is a hang, whatever the load of the machine [ms]. */
const STUCK = 20_000;
const CHILD = fileURLToPath(new URL("./child.js", import.meta.url));

const { values: flags } = parseArgs({
  options: {
    reader: { type: "string", multiple: true },
    seconds: { type: "string" },
    files: { type: "string" },
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
    workers: { type: "string", default: "2" },
    keep: { type: "boolean", default: false },
  },
});
const from = Number(flags.from);
const files = flags.files === undefined ? Infinity : Number(flags.files);
const seconds =
  flags.seconds === undefined ? (flags.files === undefined ? 10 : undefined) : Number(flags.seconds);
const folder = mkdtempSync(join(tmpdir(), "fuzz-"));
const say = (line: string) => process.stdout.write(`${line}\n`);

interface Ran {
  readonly findings: readonly Finding[];
  readonly summary: Summary | undefined;
  /** Where it was when it died or was killed; undefined if it came to its end. */
  readonly diedAt: number | undefined;
}

/** Runs one process to its end, or kills it when one file takes too long. */
function run(job: Job): Promise<Ran> {
  writeFileSync(job.progress, "");
  const at = () => Number(readFileSync(job.progress, "utf8") || job.from);
  const child = spawn(
    process.execPath,
    ["--expose-gc", "--max-old-space-size=1024", CHILD, JSON.stringify(job)],
    {
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let [out, errors, hung] = ["", "", false];
  child.stdout.on("data", (text) => (out += text));
  child.stderr.on("data", (text) => (errors = (errors + text).slice(-4000)));
  let [last, since] = [-1, performance.now()];
  const watch = setInterval(() => {
    const now = at();
    if (now !== last) [last, since] = [now, performance.now()];
    else if (performance.now() - since > STUCK) {
      hung = true;
      child.kill("SIGKILL");
    }
  }, 500);
  return new Promise((resolve) => {
    child.on("close", (code, signal) => {
      clearInterval(watch);
      const lines = out
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Finding | Summary);
      const findings = lines.filter((line): line is Finding => line.kind !== "summary");
      const summary = lines.find((line): line is Summary => line.kind === "summary");
      if (summary) return resolve({ findings, summary, diedAt: undefined });
      const diedAt = at();
      const reason = /^.*(?:FATAL|Error|error).*$/m.exec(errors)?.[0] ?? "";
      const what = hung ? `no end after ${STUCK / 1000} s` : `died (${signal ?? code}) ${reason}`;
      const kind = hung ? "hang" : "crash";
      resolve({
        findings: [...findings, { kind, what, reader: job.reader, index: diedAt }],
        summary,
        diedAt,
      });
    });
  });
}

/** All files of one reader, in as many processes as it takes. */
async function fuzz(reader: string): Promise<{ summary: Summary; findings: readonly Finding[] }> {
  let summary: Summary = { kind: "summary", reader, files: 0, outcomes: {}, slowest: 0, most: 0 };
  const findings: Finding[] = [];
  const end = seconds === undefined ? Infinity : performance.now() + 1000 * seconds;
  const progress = join(folder, reader);
  const count = CONTAINERS.includes(reader) ? Math.ceil(files / 10) : files;
  for (let next = from; next < from + count && performance.now() < end; ) {
    const left = Number.isFinite(end) ? { seconds: (end - performance.now()) / 1000 } : {};
    const to = Number.isFinite(count) ? from + count : Number.MAX_SAFE_INTEGER;
    const ran = await run({ reader, seed: flags.seed, from: next, to, progress, ...left });
    findings.push(...ran.findings);
    if (ran.summary) summary = addSummaries(summary, ran.summary);
    else summary = { ...summary, files: summary.files + ran.diedAt! - next + 1 };
    if (ran.diedAt === undefined) break;
    next = ran.diedAt + 1;
  }
  return { summary, findings };
}

async function keep(finding: Finding): Promise<void> {
  const { files: changed } = mutate(
    await casesOf(finding.reader),
    `${flags.seed}/${finding.reader}`,
    finding.index,
  );
  for (const [name, bytes] of Object.entries(changed)) {
    const path = join("out/fuzz/kept", `${finding.reader}-${flags.seed}-${finding.index}`, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
}

/** One line per sort of finding, with how often and the first index. */
function sorts(findings: readonly Finding[]): string[] {
  const by = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.kind}: ${finding.what}`;
    by.set(key, [...(by.get(key) ?? []), finding]);
  }
  return [...by].map(
    ([key, all]) => `  ${key} (${all.length}; --seed ${flags.seed} --from ${all[0]!.index})`,
  );
}

const asked = flags.reader ?? formats.map(({ id }) => id);
const unknown = asked.filter((id) => !formats.some((format) => format.id === id));
if (unknown.length > 0) throw new Error(`no reader is called ${unknown.join(", ")}`);
const queue = [...asked];
let wrong = 0;
async function work(): Promise<void> {
  for (let reader = queue.shift(); reader !== undefined; reader = queue.shift()) {
    if ((await casesOf(reader)).length === 0) {
      say(`${reader.padEnd(10)} has no fixtures: write fixtures/cases/${reader}.ts`);
      wrong++;
      continue;
    }
    const { summary, findings } = await fuzz(reader);
    say(summaryLine(summary, findings.length));
    for (const line of sorts(findings)) say(line);
    if (flags.keep) for (const finding of findings) await keep(finding);
    wrong += findings.length;
  }
}
await Promise.all(Array.from({ length: Number(flags.workers) }, work));
rmSync(folder, { recursive: true });
process.exitCode = wrong > 0 ? 1 : 0;
