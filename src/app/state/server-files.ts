import { signal } from "@preact/signals";
import { openSource, wanted } from "./workspace.ts";

/** A file that `lithoscope open` offers; the page reads it in parts. */
export interface ServerFile {
  readonly root: number;
  readonly path: string;
  readonly bytes: number;
}

/** How often the list is asked for while somebody looks [ms]. */
const EVERY = 10_000;

/** What the server offers; undefined where the page came from a plain folder or a disk. */
export const serverFiles = signal<
  { readonly files: readonly ServerFile[]; readonly more: boolean } | undefined
>(undefined);
/** Why the list is not up to date. */
export const serverFault = signal<string | undefined>(undefined);

/** True where `lithoscope open` serves the page. */
export const isServed = () => document.querySelector('meta[name="lithoscope-server"]') !== null;

/** Asks for the list. */
export async function listServerFiles(): Promise<void> {
  if (!isServed()) return;
  try {
    const answer = await fetch("/files");
    if (!answer.ok) throw new Error(`answer ${answer.status}`);
    const text = await answer.text();
    if (text !== JSON.stringify(serverFiles.peek())) serverFiles.value = JSON.parse(text);
    serverFault.value = undefined;
  } catch {
    serverFault.value = "lithoscope open does not answer any more: start it again.";
  }
}

/** Keeps the list up to date: scans are written while one works. */
export function followServerFiles(): void {
  if (!isServed()) return;
  void listServerFiles();
  setInterval(() => {
    if (document.visibilityState === "visible") void listServerFiles();
  }, EVERY);
}

const nameOf = ({ path }: ServerFile) => path.split("/").at(-1)!;

/** Opens a file of the server by its ranges. */
export async function openServerFile(file: ServerFile): Promise<void> {
  const below = file.path.split("/").map(encodeURIComponent).join("/");
  const url = new URL(`/files/${file.root}/${below}`, location.href).href;
  await openSource({ kind: "url", url }, nameOf(file));
}

/** Opens those files of kept work that the server has; nobody has to hand them over. */
export async function openWanted(): Promise<void> {
  if (!isServed()) return;
  if (!serverFiles.peek()) await listServerFiles();
  for (const { name, bytes } of wanted.peek()) {
    // An address does not say how large its file is.
    const same = (file: ServerFile) => nameOf(file) === name && (bytes === 0 || file.bytes === bytes);
    const found = serverFiles.peek()?.files.filter(same);
    if (found?.length === 1) await openServerFile(found[0]!);
  }
}
