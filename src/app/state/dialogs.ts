import { signal } from "@preact/signals";
import { openFiles } from "./drop.ts";

/** Id of the file whose questions are being answered. */
export const importing = signal<number | undefined>(undefined);

/** What lies over the workspace: the command palette, the key sheet, or nothing. */
export const overlay = signal<"palette" | "keys" | undefined>(undefined);

/** Asks the browser for files. */
export function pickFiles(): void {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.addEventListener("change", () => void openFiles([...(input.files ?? [])]));
  input.click();
}
