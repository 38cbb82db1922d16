import { signal } from "@preact/signals";
import type { Mounted } from "../panels/contract.ts";

type Exporter = NonNullable<Mounted<unknown>["figure"]>;

/** How the mounted panels are exported, by panel. */
export const exporters = signal<ReadonlyMap<string, Exporter>>(new Map());
/** Id of the panel that is being exported. */
export const exporting = signal<string | undefined>(undefined);

/** Tells how a panel is exported; undefined when it goes. */
export function setExporter(panel: string, exporter: Exporter | undefined): void {
  const next = new Map(exporters.peek());
  if (exporter) next.set(panel, exporter);
  else next.delete(panel);
  exporters.value = next;
}

/** Gives the person a file. */
export function download(name: string, content: BlobPart, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the address by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A file name from words: no sign that a file system or a command line reads. */
export function fileName(...parts: readonly string[]): string {
  const safe = parts.map((part) => part.replace(/[^\p{L}\p{N}.]+/gu, "-").replace(/^[-.]+|[-.]+$/g, ""));
  return safe.filter(Boolean).join("-").slice(0, 100) || "lithoscope";
}
