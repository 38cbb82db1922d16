import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Dataset } from "../../src/core/contracts.ts";
import { isLithoscopeError } from "../../src/core/errors.ts";
import { openDataset } from "../../src/formats/open.ts";
import { openFile } from "../../src/sources/file.node.ts";
import { checkLabFile, labFiles, labFolder } from "./check-lab.ts";
import { compareSignals, type ReferenceSignal } from "./compare.ts";
import { allColumns, partner } from "./lab-reference.ts";

export interface Verdict {
  readonly file: string;
  readonly verdict: "opened" | "refused" | "wrong";
  readonly text: string;
}

interface Reference {
  readonly signals?: readonly ReferenceSignal[];
  readonly members?: readonly { readonly member: string; readonly signals?: readonly ReferenceSignal[] }[];
}

/** Why nobody can open a file. */
type Refused = Readonly<Record<string, string>>;
/** Where a reference is wrong or invents something: the differences that are right, and why. */
interface Exception {
  /** Patterns of the sentences that are expected; each must occur. */
  readonly differs: readonly string[];
  /** Axes that the reference turns over; values are compared with that undone. */
  readonly turned?: readonly string[];
  readonly reason: string;
}
type Exceptions = Readonly<Record<string, Exception>>;

function listOf<T>(name: string): T {
  return JSON.parse(readFileSync(fileURLToPath(new URL(name, import.meta.url)), "utf8"));
}

/** The folder of the real files, if this machine has it. */
export function dataFolder(): string | undefined {
  const near = fileURLToPath(new URL("../../../shared/data", import.meta.url));
  const folder = process.env.LITHOSCOPE_DATA ?? near;
  return existsSync(join(folder, "em")) ? join(folder, "em") : undefined;
}

/** Every data file below the folder, with forward slashes; not the references and the notes. */
export function dataFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => !path.startsWith("reference/") && !/(^|\/)PROVENANCE\.md$/.test(path))
    .sort();
}

function referenceOf(folder: string, file: string): Reference {
  const path = join(folder, "reference", `${file.replaceAll("/", "__")}.json`);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
}

function summary({ items }: Dataset): string {
  return items
    .map((item) => {
      if (item.kind === "signal") return `${item.axes.map((axis) => axis.size).join("×")} ${item.dtype}`;
      if (item.kind === "orientation-map") return `map ${item.height}×${item.width}`;
      if (item.kind === "points") return `points ${item.navigation.map((axis) => axis.size).join("×")}`;
      return item.kind;
    })
    .join(", ");
}

async function compare(
  dataset: Dataset,
  { signals, members }: Reference,
  turned: readonly string[] = [],
): Promise<string[]> {
  const references = signals ?? (members ?? []).flatMap((member) => member.signals ?? []);
  const isLog = dataset.items.length > 0 && dataset.items.every(({ kind }) => kind === "stream");
  if (isLog) return compareColumns(dataset, references);
  return compareSignals(dataset.items, references, turned);
}

/** A log that another reader gives as one signal for each channel. */
async function compareColumns(dataset: Dataset, references: readonly ReferenceSignal[]): Promise<string[]> {
  const ours = await allColumns(dataset);
  return references.flatMap(({ title = "", shape, sum, values_at = [] }) => {
    const at = (row: number) =>
      values_at.flatMap(({ index, value }) => (index[0] === row ? [Number(value)] : []));
    const [count] = shape as [number];
    const column = { name: title, count, sum: Number(sum), first: at(0), last: at(count - 1) };
    const { why } = partner(ours, column);
    return why === "" ? [] : [`column ${title}: ${why}`];
  });
}

const REFUSED = listOf<Refused>("./refused.json");
const EXCEPTIONS = listOf<Exceptions>("./exceptions.json");

/** One file opened as a person opens it, and compared with what independent readers gave. */
export async function checkFile(folder: string, file: string): Promise<Verdict> {
  const expected = REFUSED[file];
  const source = await openFile(join(folder, file));
  try {
    const dataset = await openDataset(source);
    const known = EXCEPTIONS[file];
    const all = await compare(dataset, referenceOf(folder, file), known?.turned);
    const allowed = (known?.differs ?? []).map((pattern) => new RegExp(pattern));
    const faults = all.filter((fault) => !allowed.some((pattern) => pattern.test(fault)));
    const unused = allowed.find((pattern) => !all.some((fault) => pattern.test(fault)));
    const wrong = (text: string): Verdict => ({ file, verdict: "wrong", text });
    if (expected !== undefined) return wrong("opened, although refused.json names it");
    if (faults.length > 0) return wrong(`${faults.join("; ")} (has ${summary(dataset)})`);
    if (unused) return wrong(`exceptions.json has ${unused}, which does not occur`);
    return { file, verdict: "opened", text: summary(dataset) + (known ? ` (differs: ${known.reason})` : "") };
  } catch (error) {
    if (!isLithoscopeError(error)) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { file, verdict: "wrong", text };
    }
    const text = `${error.tag}: ${error.message.replace(join(folder, file), file)}`;
    return { file, verdict: expected === undefined ? "wrong" : "refused", text };
  } finally {
    await source.close();
  }
}

/** Checks files one after the other and says each; the last line counts. Returns how many were wrong. */
export async function checkAll(say: (line: string) => void, filter = ""): Promise<number> {
  const folder = dataFolder();
  const lab = labFolder();
  if (folder === undefined && lab === undefined) {
    say("no data: LITHOSCOPE_DATA names no folder that holds em or lab");
    return 0;
  }
  const counts = { opened: 0, refused: 0, wrong: 0 };
  const count = ({ file, verdict, text }: Verdict) => {
    counts[verdict]++;
    say(`${verdict.padEnd(8)} ${file}: ${text}`);
  };
  const wanted = (files: readonly string[]) => files.filter((name) => name.includes(filter));
  if (folder !== undefined)
    for (const file of wanted(dataFiles(folder))) count(await checkFile(folder, file));
  if (lab !== undefined) for (const file of wanted(labFiles(lab))) count(await checkLabFile(lab, file));
  say(`${counts.opened} opened, ${counts.refused} refused, ${counts.wrong} wrong`);
  return counts.wrong;
}
