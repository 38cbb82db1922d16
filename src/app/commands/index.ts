import { onSpaceTap } from "../canvas/space-held.ts";
import { importing, overlay } from "../state/dialogs.ts";
import { exporting } from "../state/exports.ts";
import { appCommands } from "./app-commands.ts";
import { type Command, keyName } from "./command.ts";
import { panelCommands } from "./panel-commands.ts";

/** Every command; the palette, the key sheet and the keys are made from this list. */
export const commands: readonly Command[] = [...appCommands, ...panelCommands];

/** The command with this id. */
export function commandOf(id: string): Command | undefined {
  return commands.find((command) => command.id === id);
}

/** Whether a key belongs to what is being typed or chosen. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, dialog") !== null;
}

/** Lets keys run commands: those with Ctrl everywhere, single keys only where nobody types. */
export function listenToKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || overlay.peek() || exporting.peek() || importing.peek() !== undefined)
      return;
    const key = keyName(event);
    if (!key.startsWith("Ctrl+") && isTyping(event.target)) return;
    // A button that has the focus is pressed by Enter, as everywhere.
    if (key === "Enter" && event.target instanceof HTMLButtonElement) return;
    const command = commands.find(({ keys, enabled }) => keys.includes(key) && enabled());
    if (!command) return;
    event.preventDefault();
    command.run(key);
  });
  onSpaceTap(({ target }) => {
    // Buttons and the like are pressed by the space bar.
    if (isTyping(target) || (target instanceof Element && target.closest("button, summary"))) return;
    commands.find(({ keys, enabled }) => keys.includes("Space") && enabled())?.run();
  });
}
