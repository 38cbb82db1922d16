import { useSignal } from "@preact/signals";

/** Entries of one branch that are shown before somebody asks for more. */
const FIRST = 60;

/** A value of any shape as a tree that is built as it is opened. */
export function Tree({ value }: { readonly value: unknown }) {
  const shown = useSignal(FIRST);
  const entries = childrenOf(value);
  if (!entries) return <span class="leaf">{leafText(value)}</span>;
  return (
    <ul class="tree">
      {entries.slice(0, shown.value).map(([name, child]) => (
        <li key={name}>
          <Branch name={name} value={child} />
        </li>
      ))}
      {entries.length > shown.value && (
        <li>
          <button
            type="button"
            onClick={() => {
              shown.value += 10 * FIRST;
            }}
          >
            {entries.length - shown.value} more
          </button>
        </li>
      )}
    </ul>
  );
}

function Branch({ name, value }: { readonly name: string; readonly value: unknown }) {
  const open = useSignal(false);
  if (!childrenOf(value))
    return (
      <>
        <span class="name">{name}</span> <span class="leaf">{leafText(value)}</span>
      </>
    );
  return (
    <details
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary class="name">{name}</summary>
      {open.value && <Tree value={value} />}
    </details>
  );
}

function childrenOf(value: unknown): readonly (readonly [string, unknown])[] | undefined {
  if (value instanceof Map) return [...value].map(([k, v]) => [String(k), v]);
  if (ArrayBuffer.isView(value) || typeof value !== "object" || value === null) return undefined;
  return Object.entries(value);
}

function leafText(value: unknown): string {
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${value.byteLength} bytes`;
  const text = typeof value === "string" ? value : String(value);
  return text.length > 400 ? `${text.slice(0, 400)} …` : text;
}
