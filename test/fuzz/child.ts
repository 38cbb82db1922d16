/**
 * The process that opens changed files, one after the other; the one that started it may kill it at any time and sees
 * in the progress file which file it was at. Prints one JSON line per finding and one at the end.
 */
import { openSync, writeFileSync, writeSync } from "node:fs";
import { casesOf } from "../../fixtures/cases/index.ts";
import { formats } from "../../src/formats/index.ts";
import { judge, type Verdict } from "./judge.ts";
import { type Mutated, mutate } from "./mutate.ts";
import type { Finding, Job, Summary } from "./report.ts";

const MIB = 2 ** 20;
/** The limits of a single file: processor time [ms], and memory for bytes in files, decoded, and of a block [bytes]. */
const TIME_LIMIT = 2000;
const memoryLimit = (files: number, { bytes, block = 0 }: Verdict) =>
  64 * MIB + 4 * (files + bytes) + 2 * block;
/** Every 16th file goes to whichever reader takes it. */
const ANY_READER = 16;

const job = JSON.parse(process.argv[2]!) as Job;
const format = formats.find(({ id }) => id === job.reader)!;
const cases = await casesOf(job.reader);
const progress = openSync(job.progress, "w");
let failed: unknown;
process.on("unhandledRejection", (error) => {
  failed = error;
});

/** Linux starts the peak of memory anew when told so; elsewhere only what is still held afterwards is seen. */
function startPeak(): void {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // Not Linux, or not allowed.
  }
}

interface Measured {
  readonly verdict: Verdict;
  readonly memory: number;
  readonly milliseconds: number;
}

async function measure(mutated: Mutated, any: boolean): Promise<Measured> {
  startPeak();
  const before = process.memoryUsage();
  const began = process.cpuUsage();
  const verdict = await judge(format, mutated, any);
  const spent = process.cpuUsage(began);
  const after = process.memoryUsage();
  const peak = process.resourceUsage().maxRSS * 1024;
  const memory = Math.max(after.external - before.external, peak - before.rss, 0);
  return { verdict, memory, milliseconds: (spent.user + spent.system) / 1e3 };
}

function sizeOf({ files }: Mutated): number {
  return Object.values(files).reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** Memory of one file, without what earlier ones left: the least of three tries after a collection. */
async function memoryAlone(mutated: Mutated, any: boolean): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 3; k++) {
    (globalThis as { gc?: () => void }).gc?.();
    least = Math.min(least, (await measure(mutated, any)).memory);
  }
  return least;
}

async function findingOf(mutated: Mutated, index: number, any: boolean): Promise<[Measured, Finding?]> {
  const measured = await measure(mutated, any);
  const { verdict, memory, milliseconds } = measured;
  const found = (kind: Finding["kind"], what: string) => ({ kind, what, index, reader: job.reader });
  if (verdict.wrong)
    return [measured, found(verdict.outcome === "untyped" ? "untyped" : "wrong", verdict.wrong)];
  if (failed !== undefined) {
    const what = `left unhandled: ${failed instanceof Error ? failed.stack : String(failed)}`;
    failed = undefined;
    return [measured, found("untyped", what)];
  }
  if (milliseconds > TIME_LIMIT) return [measured, found("hang", `took ${Math.round(milliseconds)} ms`)];
  const limit = memoryLimit(sizeOf(mutated), verdict);
  if (memory > limit) {
    const alone = await memoryAlone(mutated, any);
    const what = `held ${Math.round(alone / MIB)} MiB, may ${Math.round(limit / MIB)} MiB`;
    if (alone > limit) return [{ ...measured, memory: alone }, found("memory", what)];
    return [{ ...measured, memory: alone }];
  }
  return [measured];
}

const outcomes: Record<string, number> = {};
let [files, slowest, most] = [0, 0, 0];
const end = job.seconds === undefined ? Infinity : performance.now() + 1000 * job.seconds;
const say = (line: Finding | Summary) => writeSync(1, `${JSON.stringify(line)}\n`);

// The first file of a process loads the reader and its libraries, which is not what is measured.
await judge(format, { name: cases[0]!.name, files: cases[0]!.files, options: cases[0]!.options }, true);
for (let index = job.from; index < job.to && performance.now() < end; index++) {
  writeSync(progress, String(index).padStart(12), 0);
  const mutated = mutate(cases, `${job.seed}/${job.reader}`, index);
  const [{ verdict, memory, milliseconds }, finding] = await findingOf(
    mutated,
    index,
    index % ANY_READER === 0,
  );
  outcomes[verdict.outcome] = (outcomes[verdict.outcome] ?? 0) + 1;
  slowest = Math.max(slowest, milliseconds);
  most = Math.max(most, memory);
  files++;
  if (finding) say(finding);
  // Messages and timers wait while promises only follow promises.
  if (files % 64 === 0) await new Promise((resolve) => setImmediate(resolve));
}
say({ kind: "summary", reader: job.reader, files, outcomes, slowest, most });
process.exit(0);
