import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { commands } from "../commands/index.ts";
import { overlay } from "../state/dialogs.ts";
import { keyText } from "./command-button.tsx";

/** Every command that can be done now, found by typing. */
export function Palette() {
  const dialog = useRef<HTMLDialogElement>(null);
  const typed = useSignal("");
  const chosen = useSignal(0);
  useLayoutEffect(() => dialog.current!.showModal(), []);
  const words = typed.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = commands.filter(
    ({ name, group, enabled }) =>
      enabled() && words.every((word) => `${name} ${group}`.toLowerCase().includes(word)),
  );
  const at = Math.min(chosen.value, found.length - 1);
  const close = () => {
    overlay.value = undefined;
  };
  const run = (index: number) => {
    close();
    found[index]?.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") chosen.value = Math.min(found.length - 1, at + 1);
    else if (event.key === "ArrowUp") chosen.value = Math.max(0, at - 1);
    else if (event.key === "Enter") run(at);
    else return;
    event.preventDefault();
  };
  return (
    <dialog ref={dialog} class="palette" aria-label="Commands" onClose={close} onKeyDown={onKeyDown}>
      <input
        placeholder="What would you like to do?"
        aria-label="Find a command"
        value={typed}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
          chosen.value = 0;
        }}
      />
      <ul>
        {found.map(({ id, name, keys, group }, i) => (
          <li key={id}>
            <button type="button" class={i === at ? "chosen" : ""} data-command={id} onClick={() => run(i)}>
              <span>{name}</span>
              <span class="faint">{group}</span>
              {keys[0] && <kbd>{keyText(keys[0])}</kbd>}
            </button>
          </li>
        ))}
      </ul>
    </dialog>
  );
}
