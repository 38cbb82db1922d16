import type { Companion, Source } from "../core/contracts.ts";
import { LithoscopeError } from "../core/errors.ts";
import { checkRead, shortRead } from "./memory.ts";

/** Those files of a folder that lie in one of its folders ("" is its own), named from there. */
function within(files: readonly Companion[], folder: string): Companion[] {
  const start = folder === "" ? "" : `${folder}/`;
  return files.flatMap(({ name, blob }) =>
    name.startsWith(start) ? [{ name: name.slice(start.length), blob }] : [],
  );
}

/** A browser reads no file that was written on since it was handed over, and none that is gone. */
async function bytesOf(blob: Blob, from: number, to: number, name: string): Promise<ArrayBuffer> {
  try {
    return await blob.slice(from, to).arrayBuffer();
  } catch (cause) {
    const message = `${name}: cannot be read any more, it was moved or written on since it was opened`;
    const hint = "hand it over again, or open it by lithoscope open";
    throw new LithoscopeError("NotFound", message, { path: name }, { cause, hint });
  }
}

/**
 * A file picked or dropped in a page; only the slices asked for are read. Its folder is what was handed over with it.
 *
 * @param beside the other files, named from this one's folder
 */
export function blobSource(blob: Blob, name = "blob", beside: readonly Companion[] = []): Source {
  const { size } = blob;
  return {
    ref: { kind: "blob", blob, name, ...(beside.length > 0 && { beside }) },
    name,
    size,
    async read(offset, length, stop) {
      checkRead({ name, size }, offset, length, stop);
      const bytes = new Uint8Array(await bytesOf(blob, offset, offset + length, name));
      if (bytes.byteLength !== length) throw shortRead(name, offset, length, offset + bytes.byteLength);
      return bytes;
    },
    async sibling(other) {
      const found = beside.find((one) => one.name === other);
      if (!found) return undefined;
      const cut = other.lastIndexOf("/");
      const folder = within(beside, other.slice(0, Math.max(0, cut)));
      return blobSource(found.blob, other.slice(cut + 1), folder);
    },
    async list(folder) {
      const names = within(beside, folder).map((one) => one.name.replace(/\/.*$/, "/"));
      return [...new Set(folder === "" ? [name, ...names] : names)];
    },
    close: async () => {},
  };
}
