import { useSignal } from "@preact/signals";

/** Puts a text on the clipboard, and says that it did. */
export function CopyButton({
  text,
  label,
  command,
  name,
}: {
  readonly text: string;
  readonly label: string;
  readonly command: string;
  /** What the button does, where its label is short. */
  readonly name?: string;
}) {
  const said = useSignal("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      said.value = "copied";
    } catch {
      said.value = "the browser does not allow it; select the text instead";
    }
    setTimeout(() => {
      said.value = "";
    }, 4000);
  };
  return (
    <span>
      <button type="button" data-command={command} aria-label={name} title={name} onClick={() => void copy()}>
        {label}
      </button>{" "}
      <span class="faint" role="status">
        {said}
      </span>
    </span>
  );
}
