import type { Companion, SourceRef } from "../../core/contracts.ts";
import { EXPERIMENT, openExperiment } from "../session/keeper.ts";
import { errorWords } from "./error-words.ts";
import { type Fresh, followFresh } from "./refresh.ts";
import { type OpenFile, files as openNow, openSource, refuse, reopen } from "./workspace.ts";

/** A file that is handed over, by its path from where it was taken. */
export interface Handed {
  readonly path: string;
  readonly file: File;
  /** Gives the file as it is now, where the browser can. */
  readonly fresh?: Fresh;
}

/** The files that make a Zarr folder one thing. */
const ZARR = /(^|\/)(zarr\.json|\.zgroup|\.zarray)$/;

const folderOf = (path: string) => path.slice(0, path.lastIndexOf("/") + 1);
const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);

async function openExperimentFile(file: File): Promise<void> {
  try {
    await openExperiment(file);
  } catch (error) {
    refuse({ kind: "blob", blob: file, name: file.name }, errorWords(error));
  }
}

/** Files of one name with several endings stand together where the first of them was, the largest first: it has the data. */
function dataFirst(handed: readonly Handed[]): readonly Handed[] {
  const sets = new Map<string, Handed[]>();
  for (const one of handed) {
    const name = one.path.replace(/\.[^./]*$/, "").toLowerCase();
    sets.set(name, [...(sets.get(name) ?? []), one]);
  }
  return [...sets.values()].flatMap((set) => set.sort((a, b) => b.file.size - a.file.size));
}

/** What is opened of the files that were handed over: of a Zarr folder its outermost description. */
function toOpen(handed: readonly Handed[]): readonly Handed[] {
  const byDepth = (a: Handed, b: Handed) => a.path.split("/").length - b.path.split("/").length;
  const roots: Handed[] = [];
  for (const one of handed.filter(({ path }) => ZARR.test(path)).sort(byDepth))
    if (!roots.some(({ path }) => folderOf(one.path).startsWith(folderOf(path)))) roots.push(one);
  const folders = roots.map(({ path }) => folderOf(path)).filter(Boolean);
  const isInside = ({ path }: Handed) => folders.some((folder) => path.startsWith(folder));
  return dataFirst(handed.filter((one) => roots.includes(one) || !isInside(one)));
}

function sourceOf({ path, file }: Handed, all: readonly Handed[]): SourceRef {
  const folder = folderOf(path);
  const beside: Companion[] = all.flatMap((other) =>
    other.path !== path && other.path.startsWith(folder)
      ? [{ name: other.path.slice(folder.length), blob: other.file }]
      : [],
  );
  return { kind: "blob", blob: file, name: nameOf(path), ...(beside.length > 0 && { beside }) };
}

/** The open file that wanted this one beside it; none of the server's, which have their own folder. */
function waitingFor(name: string): OpenFile | undefined {
  const same = (other: string) => other.toLowerCase() === name.toLowerCase();
  return openNow
    .peek()
    .find(
      ({ handle, beside, error }) =>
        handle.source.kind === "blob" && (beside.absent.some(same) || (error?.what && same(error.what))),
    );
}

/** Opens an open file again with a file that belongs beside it. */
async function addBeside(open: OpenFile, { path, file }: Handed): Promise<void> {
  const { source } = open.handle;
  if (source.kind !== "blob") return;
  // Under the name that was asked for, which may differ in upper and lower case.
  const asked = [...open.beside.absent, open.error?.what ?? ""];
  const name = asked.find((other) => other.toLowerCase() === nameOf(path).toLowerCase())!;
  await reopen(open, { source: { ...source, beside: [...(source.beside ?? []), { name, blob: file }] } });
}

/**
 * Opens what is handed over, one after the other, so that files stand in the order they were given in; a saved
 * experiment comes first. Files that belong beside another one are taken along and not opened for themselves.
 */
export async function openHanded(handed: readonly Handed[]): Promise<void> {
  const isExperiment = ({ path }: Handed) => path.endsWith(EXPERIMENT);
  for (const { file } of handed.filter(isExperiment)) await openExperimentFile(file);
  const taken = new Set<string>();
  for (const one of toOpen(handed.filter((each) => !isExperiment(each)))) {
    if (taken.has(one.path)) continue;
    const source = sourceOf(one, handed);
    const name =
      ZARR.test(one.path) && folderOf(one.path) ? folderOf(one.path).slice(0, -1) : nameOf(one.path);
    const waiting = waitingFor(name);
    if (waiting) {
      await addBeside(waiting, one);
      continue;
    }
    const stale = openNow.peek().find((open) => open.newer && open.name === name);
    if (stale) await reopen(stale, { source });
    const opened = stale ?? (await openSource(source, name));
    followFresh(opened.handle.id, one.fresh);
    const { used } = openNow.peek().find(({ handle }) => handle.id === opened.handle.id)?.beside ?? {
      used: [],
    };
    for (const other of used) taken.add(folderOf(one.path) + other);
  }
}

/** Opens files that were picked. */
export function openFiles(files: readonly File[]): Promise<void> {
  return openHanded(files.map((file) => ({ path: file.name, file })));
}

/** Every file of a folder or file that was dropped. */
async function filesOf(entry: FileSystemEntry): Promise<Handed[]> {
  if (entry.isFile) {
    const fresh = () =>
      new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path: entry.fullPath.replace(/^\//, ""), file: await fresh(), fresh }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: Handed[] = [];
  // A folder is told of in parts; the last one is empty.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (part.length === 0) return found;
    for (const each of part) found.push(...(await filesOf(each)));
  }
}

/** What was dropped, folders with everything in them. */
async function handedBy(dropped: DataTransfer): Promise<readonly Handed[]> {
  const entries = [...dropped.items].map((item) => item.webkitGetAsEntry?.() ?? undefined);
  const plain = [...dropped.files].map((file) => ({ path: file.name, file }));
  if (entries.length === 0 || entries.includes(undefined)) return plain;
  try {
    return (await Promise.all(entries.map((entry) => filesOf(entry!)))).flat();
  } catch {
    // The browser made entries of what lies nowhere; the files themselves can be read.
    return plain;
  }
}

/** Opens what is dropped anywhere on the page. */
export function listenToDrops(): void {
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    document.documentElement.dataset.drop = "over";
  });
  const end = () => delete document.documentElement.dataset.drop;
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) end();
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    end();
    if (event.dataTransfer && event.dataTransfer.files.length > 0)
      void handedBy(event.dataTransfer).then(openHanded);
  });
}
