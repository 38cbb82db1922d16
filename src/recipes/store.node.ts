import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LithoscopeError } from "../core/errors.ts";
import { type ChunkStore, decodeChunk, encodeChunk } from "./chunk.ts";

/** What the file system complains of; the chunks lie in the output folder, so reading them back belongs to writing. */
function failed(path: string, what: "read" | "written", cause: unknown): LithoscopeError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LithoscopeError("Output", `${path}: cannot be ${what}, ${reason}`, { path }, { cause });
}

/** Chunks as files of a folder, each written under another name and then renamed. @throws Output */
export function folderStore(folder: string): ChunkStore {
  const fileOf = (name: string) => join(folder, `${name}.chunk`);
  return {
    async read(name) {
      try {
        return decodeChunk(await readFile(fileOf(name)));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw failed(fileOf(name), "read", error);
      }
    },
    async write(name, buffers) {
      const part = `${fileOf(name)}.${process.pid}`;
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(part, encodeChunk(buffers));
        await rename(part, fileOf(name));
      } catch (cause) {
        // A full disk keeps the part that fitted.
        await rm(part, { force: true }).catch(() => undefined);
        throw failed(folder, "written", cause);
      }
    },
  };
}
