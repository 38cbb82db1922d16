import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import type { Source } from "../core/contracts.ts";
import { sourceId } from "../recipes/content-id.ts";

/** Names of the files that make a Zarr folder a source by its metadata. */
const ZARR = ["zarr.json", ".zgroup", ".zarray"];

/** Every file of the folder of a Zarr metadata file with its size and date: chunks change without the metadata. */
async function folderFiles(source: Source): Promise<string[]> {
  if (source.ref.kind !== "file" || !ZARR.includes(basename(source.ref.path))) return [];
  const folder = dirname(source.ref.path);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const lines: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const { size, mtimeMs } = await stat(path);
    lines.push(`${relative(folder, path)}\t${size}\t${mtimeMs}\n`);
  }
  return lines.sort();
}

/** The content id of a source; of a Zarr folder it covers the list of its files too. */
export async function contentId(source: Source, stop?: AbortSignal): Promise<string> {
  return sourceId(source, await folderFiles(source), stop);
}
