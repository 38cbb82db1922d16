import type { Source, SourceRef } from "../core/contracts.ts";
import { LithoscopeError } from "../core/errors.ts";
import { partSource } from "../core/part-source.ts";
import { blobSource } from "./blob.ts";
import { openUrl } from "./http.ts";
import { memorySource } from "./memory.ts";

/** The source that a ref describes, opened anew in a page's worker, which has no files by path. */
export async function openSource(ref: SourceRef): Promise<Source> {
  switch (ref.kind) {
    case "file":
      throw new LithoscopeError("NotFound", `${ref.path}: a page cannot open a file by its path`, {
        path: ref.path,
      });
    case "url":
      return openUrl(ref.url);
    case "blob":
      return blobSource(ref.blob, ref.name, ref.beside);
    case "memory":
      return memorySource(ref.bytes, ref.name);
    case "part":
      return partSource(await openSource(ref.of), ref.offset, ref.length, ref.name);
  }
}
