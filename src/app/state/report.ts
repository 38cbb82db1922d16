import { signal } from "@preact/signals";
import { type ErrorWords, errorWords } from "./error-words.ts";
import { download, fileName } from "./exports.ts";
import { deskOf } from "./runs.ts";
import { shownEntry } from "./workspace.ts";

/** Whether a report is being written, and what went wrong with the last one. */
export const reporting = signal<{ readonly busy: boolean; readonly error?: ErrorWords }>({ busy: false });

/** True where a run made what is looked at. */
export const canReport = () => shownEntry.value !== undefined && deskOf(shownEntry.value.item) !== undefined;

/** Gives the person the page on the run that is looked at, as the command line writes it. */
export async function saveReport(): Promise<void> {
  const entry = shownEntry.peek();
  const desk = entry && deskOf(entry.item);
  if (!desk || reporting.peek().busy) return;
  reporting.value = { busy: true };
  try {
    download(`${fileName(entry.label)}-report.html`, await desk.call("report", {}), "text/html");
    reporting.value = { busy: false };
  } catch (error) {
    reporting.value = { busy: false, error: errorWords(error) };
  }
}
