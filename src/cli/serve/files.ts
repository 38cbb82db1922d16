import { readdir, realpath, stat } from "node:fs/promises";
import { basename, join, relative, sep } from "node:path";

/** A file or folder that was named on the command line: nothing outside these is ever listed or read. */
export interface Root {
  readonly name: string;
  /** With every symbolic link resolved. */
  readonly path: string;
  readonly folder: boolean;
}

/** A file as the page sees it. */
export interface ListedFile {
  readonly root: number;
  /** Path below the root with forward slashes; the file's name where the root is a file. */
  readonly path: string;
  readonly bytes: number;
}

export const MAX_FILES = 2000;
const MAX_DEPTH = 4;

/** The roots behind paths; throws as Node does if one is not there. */
export async function rootsOf(paths: readonly string[]): Promise<Root[]> {
  return Promise.all(
    paths.map(async (given) => {
      const path = await realpath(given);
      return { name: basename(path), path, folder: (await stat(path)).isDirectory() };
    }),
  );
}

/** Whether a resolved path is the root or below it. */
function within(root: Root, path: string): boolean {
  if (path === root.path) return true;
  return root.folder && path.startsWith(root.path.endsWith(sep) ? root.path : root.path + sep);
}

/**
 * The real path of a file below a root; undefined if there is none, or if a link or ".." leads out of the root.
 * Links are resolved before the comparison, so it is the file itself that must lie below.
 */
export async function resolveFile(root: Root, path: string): Promise<string | undefined> {
  if (path.includes("\0") || path.includes("\\")) return undefined;
  const wanted = root.folder ? join(root.path, path) : path === root.name ? root.path : undefined;
  if (wanted === undefined) return undefined;
  try {
    const real = await realpath(wanted);
    return within(root, real) && (await stat(real)).isFile() ? real : undefined;
  } catch {
    // Not there, or not readable: the page is told the same for both.
    return undefined;
  }
}

async function* walk(root: Root, index: number, folder: string, depth: number): AsyncGenerator<ListedFile> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith(".") || entry.name.includes("\\")) continue;
    const full = join(folder, entry.name);
    const path = relative(root.path, full).split(sep).join("/");
    if (entry.isDirectory()) {
      if (depth < MAX_DEPTH) yield* walk(root, index, full, depth + 1);
      continue;
    }
    const real = await resolveFile(root, path);
    if (real !== undefined) yield { root: index, path, bytes: (await stat(real)).size };
  }
}

/** Files below the roots, four folders deep, at most `MAX_FILES`; hidden ones are left out. */
export async function listFiles(
  roots: readonly Root[],
): Promise<{ readonly files: readonly ListedFile[]; readonly more: boolean }> {
  const files: ListedFile[] = [];
  for (const [index, root] of roots.entries()) {
    if (!root.folder) {
      files.push({ root: index, path: root.name, bytes: (await stat(root.path)).size });
      continue;
    }
    for await (const file of walk(root, index, root.path, 0)) {
      if (files.length === MAX_FILES) return { files, more: true };
      files.push(file);
    }
  }
  return { files, more: false };
}
