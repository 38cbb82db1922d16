import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LithoscopeError } from "../core/errors.ts";
import { type ChunkStore, decodeChunk, encodeChunk } from "./chunk.ts";

/** Chunks as files of a folder, each written under another name and then renamed. */
export function folderStore(folder: string): ChunkStore {
  const fileOf = (name: string) => join(folder, `${name}.chunk`);
  return {
    async read(name) {
      try {
        return decodeChunk(await readFile(fileOf(name)));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
      }
    },
    async write(name, buffers) {
      const part = `${fileOf(name)}.${process.pid}`;
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(part, encodeChunk(buffers));
        await rename(part, fileOf(name));
      } catch (cause) {
        const message = `${folder}: cannot be written, ${cause instanceof Error ? cause.message : cause}`;
        throw new LithoscopeError("Output", message, { path: folder }, { cause });
      }
    },
  };
}
