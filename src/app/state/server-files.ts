import { signal } from "@preact/signals";
import { openSource } from "./workspace.ts";

/** A file that `lithoscope open` offers; the page reads it in parts. */
export interface ServerFile {
  readonly root: number;
  readonly path: string;
  readonly bytes: number;
}

/** What the server offers; undefined where the page came from a plain folder or a disk. */
export const serverFiles = signal<
  { readonly files: readonly ServerFile[]; readonly more: boolean } | undefined
>(undefined);

/** Asks for the list, if the page says that `lithoscope open` serves it. */
export async function listServerFiles(): Promise<void> {
  if (!document.querySelector('meta[name="lithoscope-server"]')) return;
  const answer = await fetch("/files");
  if (answer.ok) serverFiles.value = await answer.json();
}

/** Opens a file of the server by its ranges. */
export function openServerFile({ root, path }: ServerFile): Promise<void> {
  const below = path.split("/").map(encodeURIComponent).join("/");
  const url = new URL(`/files/${root}/${below}`, location.href).href;
  return openSource({ kind: "url", url }, path.split("/").at(-1)!);
}
