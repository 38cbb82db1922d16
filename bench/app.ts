/**
 * npm run bench -- app [--only NAME,…] [--scan FOLDER] [--rounds N]: what the built app takes in Chromium, row by row.
 * Wall times, medians of the rounds, with the load of the machine; processor time beside them where much is computed.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { benchFirstPicture, benchKind, benchStart } from "./app-open.ts";
import { benchRun } from "./app-run.ts";
import { benchClosing } from "./app-slope.ts";
import { benchDetector, benchPicture } from "./app-view.ts";

/** What every part needs. */
export interface BenchOptions {
  /** Where files are written. */
  readonly folder: string;
  readonly rounds: number;
  /** A simulated scan with its crystals: pristine.blo and *.cif. */
  readonly scan: string | undefined;
}

const PARTS: Readonly<Record<string, (options: BenchOptions) => Promise<void>>> = {
  start: benchStart,
  kind: benchKind,
  first: benchFirstPicture,
  detector: benchDetector,
  picture: benchPicture,
  run: benchRun,
  closing: benchClosing,
};

export async function benchApp(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: "string" }, scan: { type: "string" }, rounds: { type: "string", default: "3" } },
  });
  const folder = await mkdtemp(join(tmpdir(), "lithoscope-bench-"));
  const rounds = Number(values.rounds);
  process.stdout.write(`Chromium, headless; wall times, medians of ${rounds}\n`);
  try {
    for (const name of values.only?.split(",") ?? Object.keys(PARTS))
      await PARTS[name]!({ folder, rounds, scan: values.scan });
  } finally {
    await rm(folder, { recursive: true });
  }
}
