import { histogram } from "../panels/histogram/panel.tsx";
import { saveExperiment } from "../session/keeper.ts";
import { hasWork } from "../session/take.ts";
import { canCopy, copies } from "../state/copy-as.ts";
import { overlay, pickFiles } from "../state/dialogs.ts";
import { exporters, exporting } from "../state/exports.ts";
import { recipeOf, record, redo, redoable, undo, undoable } from "../state/history.ts";
import { keyOf } from "../state/items.ts";
import { canReport, saveReport } from "../state/report.ts";
import { canSayWhy, reveal, sayWhy } from "../state/reveal.ts";
import { selection } from "../state/selection.ts";
import { theme, toggleTheme } from "../state/theme.ts";
import { focused, gridOf, maximised, shownEntry } from "../state/workspace.ts";
import type { Command } from "./command.ts";

function appCommand(
  id: string,
  name: string,
  keys: readonly string[],
  run: (key?: string) => void,
  enabled: () => boolean = () => true,
): Command {
  return { id, name, keys, scope: "app", group: "Everywhere", enabled, run };
}

/** The letter of the next pin. */
function nextLetter(names: readonly string[]): string {
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  return letters.find((letter) => !names.includes(letter)) ?? `P${names.length + 1}`;
}

function pinHere(): void {
  const entry = shownEntry.value;
  if (!entry) return;
  const { x, y } = selection.cursor.value;
  const key = keyOf(entry.item);
  const name = nextLetter(recipeOf(key).pins.map((pin) => pin.name));
  record(`Pin ${name} at ${x}, ${y}`, key, (r) => ({ ...r, pins: [...r.pins, { name, x, y }] }));
}

/** Gives the focus to the panel with a number; that which has it already fills the window. */
function goToPanel(number = "1"): void {
  const panel = document.querySelector<HTMLElement>(`[data-panel][data-number="${number}"]`);
  if (!panel) return;
  const id = panel.dataset.panel!;
  if (focused.peek() === id && panel.contains(document.activeElement))
    maximised.value = maximised.peek() ? undefined : id;
  else panel.focus();
}

/** Commands that need no panel. */
export const appCommands: readonly Command[] = [
  appCommand("file.open", "Open files…", ["Ctrl+O"], pickFiles),
  appCommand("session.save", "Save the experiment as a file", ["Ctrl+S"], saveExperiment, hasWork),
  appCommand("edit.undo", "Undo", ["Ctrl+Z"], undo, () => undoable.value !== undefined),
  appCommand("edit.redo", "Redo", ["Ctrl+Shift+Z", "Ctrl+Y"], redo, () => redoable.value !== undefined),
  appCommand("pin.add", "Pin the point at the cursor", ["Enter"], pinHere, () => {
    const entry = shownEntry.value;
    return entry !== undefined && gridOf(entry.item) !== undefined;
  }),
  ...(["cli", "recipe", "python"] as const).map((kind) =>
    appCommand(
      `copy.${kind}`,
      `Copy as ${kind === "cli" ? "command line" : kind === "python" ? "Python" : kind}`,
      [],
      () => void navigator.clipboard.writeText(copies()![kind]),
      canCopy,
    ),
  ),
  appCommand("why.show", "Why this point?", ["W"], sayWhy, canSayWhy),
  appCommand(
    "histogram.show",
    "Histogram of the pictures",
    ["H"],
    () => reveal("histogram"),
    () => shownEntry.value !== undefined && histogram.accepts(shownEntry.value.item) > 0,
  ),
  appCommand("report.save", "Save report.html of the run", [], () => void saveReport(), canReport),
  appCommand("app.palette", "All commands", ["Ctrl+K"], () => {
    overlay.value = "palette";
  }),
  appCommand("app.keys", "Keys", ["?"], () => {
    overlay.value = "keys";
  }),
  appCommand("app.theme", "Light or dark", [], toggleTheme, () => theme.value !== undefined),
  appCommand(
    "panel.export",
    "Export the panel as a figure",
    ["Ctrl+E"],
    () => {
      exporting.value = focused.value;
    },
    () => exporters.value.has(focused.value ?? ""),
  ),
  appCommand("panel.go", "Panel by its number, twice in full", [..."123456789"], goToPanel),
  appCommand("panel.maximise", "Panel in full, or all panels", ["F"], () => {
    maximised.value = maximised.value ? undefined : focused.value;
  }),
];
