import { commandOf } from "../commands/index.ts";

/** A key as people read it: "Ctrl Z". */
export function keyText(key: string): string {
  const arrows: Readonly<Record<string, string>> = {
    ArrowLeft: "←",
    ArrowRight: "→",
    ArrowUp: "↑",
    ArrowDown: "↓",
  };
  return key
    .split(/\+(?!$)/)
    .map((part) => arrows[part] ?? part)
    .join(" ");
}

/** A button that runs a command; its tip names the key. */
export function CommandButton({
  id,
  label,
  title,
}: {
  readonly id: string;
  readonly label: string;
  readonly title?: string | undefined;
}) {
  const command = commandOf(id)!;
  const key = command.keys[0];
  const name = title ?? command.name;
  return (
    <button
      type="button"
      class="quiet"
      data-command={id}
      aria-label={name}
      title={key ? `${name} (${keyText(key)})` : name}
      disabled={!command.enabled()}
      onClick={() => command.run()}
    >
      {label}
    </button>
  );
}
