import { redoable, undoable } from "../state/history.ts";
import { theme } from "../state/theme.ts";
import { shownEntry, shownFile } from "../state/workspace.ts";
import { CommandButton } from "./command-button.tsx";

/** Name of what is open, and the commands that are always there. */
export function Header() {
  const title = shownFile.value?.name ?? shownEntry.value?.label ?? "";
  return (
    <header class="top">
      <strong class="brand">Lithoscope</strong>
      <span class="title">{title}</span>
      <span class="space" />
      <CommandButton id="app.palette" label="Commands" />
      <CommandButton id="edit.undo" label="↶" title={undoable.value && `Undo: ${undoable.value}`} />
      <CommandButton id="edit.redo" label="↷" title={redoable.value && `Redo: ${redoable.value}`} />
      <CommandButton id="app.keys" label="?" />
      <CommandButton id="app.theme" label={theme.value === "dark" ? "☾" : "☀"} />
      <span class="local" title="Everything is computed here; nothing is sent anywhere.">
        <span class="dot" /> local, no network
      </span>
    </header>
  );
}
