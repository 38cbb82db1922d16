import type { Source, SourceRef } from "../core/contracts.ts";
import { partSource } from "../core/part-source.ts";
import { blobSource } from "./blob.ts";
import { openFile } from "./file.node.ts";
import { openUrl } from "./http.ts";
import { memorySource } from "./memory.ts";

/** The source that a ref describes, opened anew: in a worker, or when a run resumes. */
export async function openSource(ref: SourceRef): Promise<Source> {
  switch (ref.kind) {
    case "file":
      return openFile(ref.path);
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
