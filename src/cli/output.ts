import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { LithoscopeError } from "../core/errors.ts";

/** The Output error of a file system's complaint. */
export function outputError(path: string, cause: unknown): LithoscopeError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LithoscopeError("Output", `${path}: cannot be written, ${reason}`, { path }, { cause });
}

function code(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}

/** Names in a folder; undefined if there is no such folder. */
export async function entries(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (code(error) === "ENOENT") return undefined;
    throw outputError(folder, error);
  }
}

/** Throws Output where `folder` holds something already and `force` is off; true if it is free. */
export async function checkFolder(folder: string, force: boolean): Promise<boolean> {
  const names = await entries(folder);
  if (names === undefined || names.length === 0) return true;
  if (force) return false;
  throw new LithoscopeError(
    "Output",
    `${folder}: wanted a new or empty folder, found other content in it`,
    { path: folder, flag: "--force" },
    { hint: "--force replaces the result in it" },
  );
}

/**
 * Makes a folder with its parents and returns the topmost one made; undefined if all were there. Node's own
 * `recursive` never returns where a parent cannot be made, as under /proc.
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  try {
    await mkdir(path);
    return path;
  } catch (error) {
    if (code(error) === "EEXIST") return undefined;
    if (code(error) !== "ENOENT" || dirname(path) === path) throw error;
    const top = await makeFolder(dirname(path));
    // Another write may have made it in the meantime.
    await mkdir(path).catch((again: unknown) => {
      if (code(again) !== "EEXIST") throw again;
    });
    return top ?? path;
  }
}

/** Removes a file or folder, if it is there; `named` is the output that people know it by. @throws Output */
export async function removeTree(path: string, named: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    throw outputError(named, error);
  }
}

/** Throws Output, before a long run starts, where nothing could be written beside `folder` when it ends. */
export async function checkWritable(folder: string): Promise<void> {
  try {
    const made = await makeFolder(`${resolve(folder)}.partial-${process.pid}`);
    if (made !== undefined) await rm(made, { recursive: true, force: true });
  } catch (error) {
    throw outputError(folder, error);
  }
}

/**
 * Writes the files beside `folder` and moves them to their names when all are whole, in the order given.
 * With `force`, other files in the folder stay.
 */
export async function writeFolder(
  folder: string,
  files: readonly [string, string | Uint8Array][],
  force: boolean,
) {
  const target = resolve(folder);
  const part = `${target}.partial-${process.pid}`;
  const free = await checkFolder(folder, force);
  try {
    await makeFolder(part);
    for (const [name, text] of files) await writeFile(join(part, name), text);
    if (free) {
      if (await entries(target)) await rmdir(target);
      await rename(part, target);
    } else {
      for (const [name] of files) await rename(join(part, name), join(target, name));
    }
  } catch (error) {
    throw outputError(folder, error);
  } finally {
    await removeTree(part, folder);
  }
}

/** Writes one file whole or not at all. */
export async function writeWhole(path: string, text: string, force: boolean) {
  const part = `${resolve(path)}.partial-${process.pid}`;
  const old = await readFile(path, "utf8").catch((error: unknown) => {
    if (code(error) === "ENOENT") return undefined;
    throw outputError(path, error);
  });
  if (old === text) return;
  if (old !== undefined && !force) {
    throw new LithoscopeError(
      "Output",
      `${path}: a file with other content is there already`,
      { path, flag: "--force" },
      { hint: "--force replaces it" },
    );
  }
  try {
    await makeFolder(dirname(part));
    await writeFile(part, text);
    await rename(part, path);
  } catch (error) {
    throw outputError(path, error);
  } finally {
    await removeTree(part, path);
  }
}

/** Writes one file whole or not at all, over what is there. */
export async function replaceWhole(path: string, text: string): Promise<void> {
  await writeWhole(path, text, true);
}

/** The text of an input file. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const reason = code(cause) === "ENOENT" ? "no such file" : String(code(cause) ?? cause);
    throw new LithoscopeError("NotFound", `${path}: cannot be read, ${reason}`, { path }, { cause });
  }
}
