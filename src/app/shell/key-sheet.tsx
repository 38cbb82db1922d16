import { useLayoutEffect, useRef } from "preact/hooks";
import { commands } from "../commands/index.ts";
import { overlay } from "../state/dialogs.ts";
import { keyText } from "./command-button.tsx";

/** All keys, made from the command records. */
export function KeySheet() {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current!.showModal(), []);
  const groups = [...new Set(commands.map(({ group }) => group))];
  return (
    <dialog
      ref={dialog}
      class="keys"
      aria-label="Keys"
      onClose={() => {
        overlay.value = undefined;
      }}
    >
      <form method="dialog">
        <h2>Keys</h2>
        <button type="submit" class="quiet" aria-label="Close">
          ×
        </button>
      </form>
      <div class="groups">
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {commands
                .filter((command) => command.group === group && command.keys.length > 0)
                .map(({ id, name, keys }) => (
                  <div key={id}>
                    <dt>
                      {keys.map((key) => (
                        <kbd key={key}>{keyText(key)}</kbd>
                      ))}
                    </dt>
                    <dd>{name}</dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
      <p class="faint">Single keys act on the panel that has the focus. Pan: Space and drag. Zoom: wheel.</p>
    </dialog>
  );
}
