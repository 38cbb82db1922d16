/** Every command has one record: menus, palette, key sheet and buttons are made from it. */
export interface Command {
  readonly id: string;
  /** What it does, as a verb. */
  readonly name: string;
  /** Keys as `keyOf` writes them: "Ctrl+Z", "ArrowLeft", "Shift+ArrowLeft", "[". */
  readonly keys: readonly string[];
  /** "app": always; "panel": the panel with the focus does it, if it can. */
  readonly scope: "app" | "panel";
  /** Heading in the key sheet. */
  readonly group: string;
  enabled(): boolean;
  /** `key` is the one that was pressed, where one was. */
  run(key?: string): void;
}

/** A key press as commands name it; Ctrl and the Mac's ⌘ count as one. */
export function keyName(event: KeyboardEvent): string {
  const letter = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const shift = event.shiftKey && (event.key.length > 1 || /[A-Z0-9]/.test(letter));
  return [
    event.ctrlKey || event.metaKey ? "Ctrl+" : "",
    event.altKey ? "Alt+" : "",
    shift ? "Shift+" : "",
    letter,
  ].join("");
}
