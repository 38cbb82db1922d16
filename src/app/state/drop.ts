import { openSource } from "./workspace.ts";

/** Opens files, one after the other, so that they stand in the order they were given in. */
export async function openFiles(files: readonly File[]): Promise<void> {
  for (const file of files) await openSource({ kind: "blob", blob: file, name: file.name }, file.name);
}

/** Opens what is dropped anywhere on the page; `takes` says who wants the files first, such as an open form. */
export function listenToDrops(takes: (files: readonly File[]) => boolean): void {
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    document.documentElement.dataset.drop = "over";
  });
  const end = () => delete document.documentElement.dataset.drop;
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) end();
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    end();
    const dropped = [...(event.dataTransfer?.files ?? [])];
    if (dropped.length > 0 && !takes(dropped)) void openFiles(dropped);
  });
}
