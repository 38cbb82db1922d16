import { effect } from "@preact/signals";
import { serverFiles } from "./server-files.ts";
import { files, type OpenFile, reopen, replace } from "./workspace.ts";

/** Gives a file as it is now. */
export type Fresh = () => Promise<File>;

/** How often files are looked at while somebody looks at the page [ms]. */
const EVERY = 5000;

const known = new Map<number, Fresh>();

/** Remembers how a file is had anew; the page cannot without where it was only picked. */
export function followFresh(id: number, fresh: Fresh | undefined): void {
  if (fresh) known.set(id, fresh);
  else known.delete(id);
}

async function newerOf({ handle: { id, source } }: OpenFile): Promise<OpenFile["newer"]> {
  if (source.kind === "url") {
    const path = decodeURIComponent(new URL(source.url).pathname);
    const listed = serverFiles.peek()?.files.find((file) => path === `/files/${file.root}/${file.path}`);
    const open = files.peek().find((file) => file.handle.id === id);
    return listed && open && listed.bytes !== open.bytes ? { bytes: listed.bytes, source } : undefined;
  }
  if (source.kind !== "blob") return undefined;
  const fresh = known.get(id);
  if (fresh) {
    const now = await fresh().catch(() => undefined);
    const before = source.blob as File;
    if (!now || (now.size === before.size && now.lastModified === before.lastModified)) return undefined;
    return { bytes: now.size, source: { ...source, blob: now } };
  }
  // A browser does not read a file that was written on since it was picked.
  return source.blob
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => undefined,
      () => ({}),
    );
}

/** Looks whether open files were written on. */
export async function lookForNewer(): Promise<void> {
  for (const file of files.peek().filter(({ state }) => state === "ready")) {
    const newer = await newerOf(file);
    if (newer?.bytes !== file.newer?.bytes || !newer !== !file.newer)
      replace(file.handle.id, { newer } as Partial<OpenFile>);
  }
}

/** Keeps looking, while somebody looks at the page. */
export function followGrowth(): void {
  const look = () => {
    if (document.visibilityState === "visible") void lookForNewer();
  };
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
  effect(() => {
    if (serverFiles.value) look();
  });
}

/** Opens a file again as it is now. @returns false where it has to be handed over */
export async function refreshFile(file: OpenFile): Promise<boolean> {
  const source = file.newer?.source;
  if (source) await reopen(file, { source });
  return source !== undefined;
}
