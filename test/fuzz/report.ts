/** What one process is to do: files `from` … `to` − 1 of a seed, for at most some seconds. */
export interface Job {
  readonly reader: string;
  readonly seed: string;
  readonly from: number;
  readonly to: number;
  readonly seconds?: number;
  /** The file in which it says which file it is at. */
  readonly progress: string;
}

/** A file that broke something. */
export interface Finding {
  readonly kind: "untyped" | "wrong" | "hang" | "memory" | "crash";
  readonly what: string;
  readonly reader: string;
  readonly index: number;
}

export interface Summary {
  readonly kind: "summary";
  readonly reader: string;
  readonly files: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** Processor time of the slowest file [ms] and memory of the largest [bytes]. */
  readonly slowest: number;
  readonly most: number;
}

/** Two summaries of one reader as one. */
export function addSummaries(a: Summary, b: Summary): Summary {
  const outcomes: Record<string, number> = { ...a.outcomes };
  for (const [name, count] of Object.entries(b.outcomes)) outcomes[name] = (outcomes[name] ?? 0) + count;
  const [slowest, most] = [Math.max(a.slowest, b.slowest), Math.max(a.most, b.most)];
  return { ...a, files: a.files + b.files, outcomes, slowest, most };
}

export function summaryLine({ reader, files, outcomes, slowest, most }: Summary, wrong: number): string {
  const shares = Object.entries(outcomes)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${((100 * count) / Math.max(1, files)).toFixed(1)} %`);
  const limits = `slowest ${Math.round(slowest)} ms, at most ${(most / 2 ** 20).toFixed(1)} MiB`;
  return `${reader.padEnd(10)} ${String(files).padStart(7)} files, ${wrong} wrong; ${shares.join(", ")}; ${limits}`;
}
