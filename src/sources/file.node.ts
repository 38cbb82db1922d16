import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Source } from "../core/contracts.ts";
import { isLithoscopeError, LithoscopeError } from "../core/errors.ts";
import { checkRead, isBelow, shortRead } from "./memory.ts";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EISDIR: "is a folder",
  EACCES: "may not be read",
  EPERM: "may not be read",
};

function unreadable(path: string, cause: unknown): LithoscopeError {
  const code = String((cause as { code?: unknown } | undefined)?.code ?? "");
  return new LithoscopeError(
    "NotFound",
    `${path}: ${REASONS[code] ?? "cannot be read"}`,
    { path },
    { cause },
  );
}

/** Bytes of one call, so that a cancel is heard, and arrays of one call, of which systems take 1,024. */
const READ_BYTES = 2 ** 23;
const READ_PARTS = 512;

/** The handle of a regular file and its size; folders, pipes and devices are refused. */
async function openRegular(path: string): Promise<{ handle: FileHandle; size: number }> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, "r");
    const info = await handle.stat();
    if (!info.isFile()) throw Object.assign(new Error(path), { code: info.isDirectory() ? "EISDIR" : "" });
    return { handle, size: info.size };
  } catch (error) {
    await handle?.close();
    throw unreadable(path, error);
  }
}

/** The file that says what a Zarr folder holds; undefined if `path` is not such a folder. */
async function zarrFile(path: string): Promise<string | undefined> {
  for (const name of ["zarr.json", ".zgroup", ".zarray"]) {
    const file = join(path, name);
    const found = await stat(file).catch(() => undefined);
    if (found?.isFile()) return file;
  }
  return undefined;
}

/**
 * A local file with random access; it stays open until `close`. A Zarr folder is opened as its metadata file.
 *
 * @throws NotFound if it is missing or cannot be read
 */
export async function openFile(given: string): Promise<Source> {
  const path = (await zarrFile(given)) ?? given;
  const { handle, size } = await openRegular(path);
  const name = basename(path);
  // Files beside this one that a reader keeps open; they are closed with it.
  const beside = new Set<Source>();
  return {
    ref: { kind: "file", path },
    name,
    size,

    async read(offset, length, stop) {
      checkRead({ name, size }, offset, length, stop);
      // Not zeroed first: every byte is read, or the read fails.
      const bytes = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
      let done = 0;
      while (done < length) {
        const step = Math.min(length - done, READ_BYTES);
        const { bytesRead } = await handle.read(bytes, done, step, offset + done).catch((error) => {
          throw unreadable(path, error);
        });
        if (bytesRead === 0) throw shortRead(name, offset, length, offset + done);
        done += bytesRead;
        checkRead({ name, size }, offset, length, stop);
      }
      return bytes;
    },

    async fill(offset, parts, stop) {
      let at = offset;
      for (let first = 0; first < parts.length; first += READ_PARTS) {
        const some = parts.slice(first, first + READ_PARTS);
        const length = some.reduce((sum, { byteLength }) => sum + byteLength, 0);
        checkRead({ name, size }, at, length, stop);
        const { bytesRead } = await handle.readv(some, at).catch((error) => {
          throw unreadable(path, error);
        });
        if (bytesRead < length) throw shortRead(name, at, length, at + bytesRead);
        at += length;
      }
      checkRead({ name, size }, offset, 0, stop);
    },

    async sibling(other) {
      if (!isBelow(other)) return undefined;
      try {
        const found = await openFile(join(dirname(path), other));
        const close = async () => {
          beside.delete(kept);
          await found.close();
        };
        const kept: Source = { ...found, close };
        beside.add(kept);
        return kept;
      } catch (error) {
        if (isLithoscopeError(error, "NotFound")) return undefined;
        throw error;
      }
    },

    async list(folder) {
      if (folder !== "" && !isBelow(folder)) return [];
      try {
        const found = await readdir(join(dirname(path), folder), { withFileTypes: true });
        return found.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
      } catch (error) {
        if ((error as { code?: unknown }).code === "ENOENT") return [];
        throw unreadable(join(dirname(path), folder), error);
      }
    },

    async close() {
      for (const file of [...beside]) await file.close();
      await handle.close();
    },
  };
}
