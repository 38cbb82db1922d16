import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Sink } from "../core/contracts.ts";
import { LithoscopeError } from "../core/errors.ts";
import type { ChunkStore } from "../recipes/chunk.ts";
import { folderStore } from "../recipes/store.node.ts";
import { entries, makeFolder, outputError, removeTree } from "./output.ts";

/** Finished tiles and files not yet in place; it is gone once a result is complete. */
export const PARTIAL = ".partial";
/** The recipe that the chunks in it belong to. */
const RECIPE = "recipe.json";

/** "done": this recipe has its complete result there; "resumed": some of it; "fresh": nothing of it. */
export type FolderState = "done" | "resumed" | "fresh";

export interface ResultFolder {
  readonly store: ChunkStore;
  /** `commit` puts every file at its name, result.json last. */
  readonly sink: Sink;
  /** Removes the finished tiles, after the commit of a complete result. @throws Output */
  forgetTiles(): Promise<void>;
  /** After a failure: leaves finished tiles for the next run and nothing half-written; nothing at all without tiles. */
  abandon(): Promise<void>;
}

async function jsonOf(path: string): Promise<Record<string, unknown> | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
  } catch {
    // Missing, torn by a kill or not JSON: none of them is a result of ours.
    return undefined;
  }
}

/**
 * How far a recipe has come in a folder.
 *
 * @throws Output, naming --force, if something else is in it
 */
export async function folderState(folder: string, hash: string, force: boolean): Promise<FolderState> {
  const names = ((await entries(folder)) ?? []).filter((name) => name !== PARTIAL);
  const begun = (await jsonOf(join(folder, PARTIAL, RECIPE)))?.hash;
  const result = await jsonOf(join(folder, "result.json"));
  const recipe = (await jsonOf(join(folder, RECIPE)))?.hash;
  if (!force && result?.complete === true && recipe === hash) return "done";
  if (begun === hash) return "resumed";
  if (force || (names.length === 0 && begun === undefined)) return "fresh";
  const what = begun !== undefined || recipe !== undefined ? "another recipe's result" : "other content";
  throw new LithoscopeError(
    "Output",
    `${folder}: wanted a new or empty folder, found ${what} in it`,
    { path: folder, flag: "--force" },
    { hint: "--force replaces the result in it" },
  );
}

/** Makes the folder ready for a run of the recipe; with `force` a result of another one stays until the commit. */
export async function openResultFolder(folder: string, hash: string, force: boolean): Promise<ResultFolder> {
  const state = await folderState(folder, hash, force);
  const partial = join(resolve(folder), PARTIAL);
  const final = join(partial, "final");
  let made: string | undefined;
  /** Leaves whole chunks and the recipe that they belong to; nothing, and no new folder, where there are no chunks. */
  const abandon = async () => {
    const left = (await entries(partial)) ?? [];
    if (!left.some(isChunk)) return removeTree(made ?? partial, folder);
    for (const name of left)
      if (!isChunk(name) && name !== RECIPE) await removeTree(join(partial, name), folder);
  };
  try {
    if (state !== "resumed") await rm(partial, { recursive: true, force: true });
    made = await makeFolder(partial);
    // What a run that was killed had not finished writing.
    for (const name of await readdir(partial))
      if (!isChunk(name) && name !== RECIPE) await rm(join(partial, name), { recursive: true, force: true });
    if (state !== "resumed") {
      await writeFile(join(partial, `${RECIPE}.tmp`), `${JSON.stringify({ hash })}\n`);
      await rename(join(partial, `${RECIPE}.tmp`), join(partial, RECIPE));
    }
  } catch (error) {
    // What hindered the writing is what people must read, not what hindered the cleaning up.
    await abandon().catch(() => undefined);
    throw outputError(folder, error);
  }
  return {
    store: folderStore(partial),
    sink: folderSink(folder, final),
    forgetTiles: () => removeTree(partial, folder),
    abandon,
  };
}

const isChunk = (name: string) => name.endsWith(".chunk");

function folderSink(folder: string, final: string): Sink {
  return {
    async write(path, bytes) {
      try {
        await mkdir(dirname(join(final, path)), { recursive: true });
        await writeFile(join(final, path), bytes);
      } catch (error) {
        throw outputError(join(folder, path), error);
      }
    },
    async commit() {
      try {
        // Without a result.json the folder is unfinished, so a kill in between is mended by the next run.
        await rm(join(folder, "result.json"), { force: true });
        const names = (await readdir(final)).filter((name) => name !== "result.json");
        for (const name of [...names, "result.json"]) {
          await rm(join(folder, name), { recursive: true, force: true });
          await rename(join(final, name), join(folder, name));
        }
        await rmdir(final);
      } catch (error) {
        throw outputError(folder, error);
      }
    },
    discard: () => removeTree(final, folder),
  };
}
