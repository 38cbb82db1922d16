import { EXPERIMENT, openExperiment } from "../session/keeper.ts";
import { errorWords } from "./error-words.ts";
import { openSource, refuse } from "./workspace.ts";

async function openExperimentFile(file: File): Promise<void> {
  try {
    await openExperiment(file);
  } catch (error) {
    refuse({ kind: "blob", blob: file, name: file.name }, errorWords(error));
  }
}

/** Opens files, one after the other, so that they stand in the order they were given in; a saved experiment comes first. */
export async function openFiles(files: readonly File[]): Promise<void> {
  const isExperiment = ({ name }: File) => name.endsWith(EXPERIMENT);
  for (const file of files.filter(isExperiment)) await openExperimentFile(file);
  for (const file of files.filter((one) => !isExperiment(one)))
    await openSource({ kind: "blob", blob: file, name: file.name }, file.name);
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
