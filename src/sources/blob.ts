import type { Source } from "../core/contracts.ts";
import { checkRead, shortRead } from "./memory.ts";

/** A file picked or dropped in a page; only the slices asked for are read. It has no folder, so no siblings. */
export function blobSource(blob: Blob, name = "blob"): Source {
  const { size } = blob;
  return {
    ref: { kind: "blob", blob, name },
    name,
    size,
    async read(offset, length, stop) {
      checkRead({ name, size }, offset, length, stop);
      const bytes = new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
      if (bytes.byteLength !== length) throw shortRead(name, offset, length, offset + bytes.byteLength);
      return bytes;
    },
    sibling: async () => undefined,
    close: async () => {},
  };
}
