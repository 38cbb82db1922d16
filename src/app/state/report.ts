import { signal } from "@preact/signals";
import { type ErrorWords, errorWords } from "./error-words.ts";
import { download, fileName } from "./exports.ts";
import { labAnswer } from "./lab-runs.ts";
import { deskOf } from "./runs.ts";
import { platform, shownEntry } from "./workspace.ts";

/** Whether a report is being written, and what went wrong with the last one. */
export const reporting = signal<{ readonly busy: boolean; readonly error?: ErrorWords }>({ busy: false });

/** True where a run made what is looked at. */
export function canReport(): boolean {
  const item = shownEntry.value?.item;
  return item !== undefined && (deskOf(item) ?? labAnswer(item)) !== undefined;
}

/** Gives the person the page on the run that is looked at, as the command line writes it. */
export async function saveReport(): Promise<void> {
  const entry = shownEntry.peek();
  const desk = entry && deskOf(entry.item);
  const lab = entry && labAnswer(entry.item);
  if (!entry || !(desk || lab) || reporting.peek().busy) return;
  reporting.value = { busy: true };
  try {
    const page = lab ? await platform.desk.call("labPage", lab) : await desk!.call("report", {});
    download(`${fileName(entry.label)}-report.html`, page, "text/html");
    reporting.value = { busy: false };
  } catch (error) {
    reporting.value = { busy: false, error: errorWords(error) };
  }
}
