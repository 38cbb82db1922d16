import { effect } from "@preact/signals";
import { selection } from "../state/selection.ts";
import { keptViews, setViews } from "../state/views.ts";
import { files, maximised, shown, shownFile, wanted } from "../state/workspace.ts";
import { type AddressView, parseAddressView } from "./schema.ts";

/** Longest view that goes into an address; what is longer is saved as a file. */
const MOST = 6000;
/** How long nothing changes before the address does [ms]. */
const QUIET = 400;
const MARK = "#v=";

function toAddress(view: AddressView): string {
  const bytes = new TextEncoder().encode(JSON.stringify(view));
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromAddress(text: string): AddressView {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return parseAddressView(
    new TextDecoder().decode(Uint8Array.from(binary, (letter) => letter.charCodeAt(0))),
  );
}

function current(): AddressView | undefined {
  const file = shownFile.value;
  const { x, y } = selection.cursor.value;
  const full = maximised.value;
  if (file?.state !== "ready") return undefined;
  return {
    file: file.name,
    ...(file.content && { content: file.content }),
    item: Number(shown.value.split("/")[1] ?? 0),
    ...{ x, y, views: keptViews() },
    ...(full && { maximised: full }),
  };
}

/** Looks as an address says, at once if its file is open, else when somebody hands it over. */
function look(view: AddressView): void {
  const open = files
    .peek()
    .find(({ name, content }) => (view.content && content ? content === view.content : name === view.file));
  setViews(view.views);
  maximised.value = view.maximised;
  selection.cursor.value = { x: view.x, y: view.y };
  const id = open?.handle.id ?? 1 + Math.max(0, ...files.peek().map(({ handle }) => handle.id));
  shown.value = `f${id}/${view.item}`;
  if (!open)
    wanted.value = [{ id, name: view.file, bytes: 0, ...(view.content && { content: view.content }) }];
}

/** True for views of other places: those the browser's back and forward go between; how they look is no place. */
function isElsewhere(a: AddressView, b: AddressView): boolean {
  return a.file !== b.file || a.item !== b.item || a.x !== b.x || a.y !== b.y || a.maximised !== b.maximised;
}

/** Keeps the view in the address, so that it can be sent, comes back with the page, and back and forward lead to it. */
export function followAddress(): void {
  let last: AddressView | undefined;
  const read = () => {
    if (!location.hash.startsWith(MARK)) return;
    try {
      last = fromAddress(location.hash.slice(MARK.length));
      look(last);
    } catch {
      // Cut or forged: the page begins as without it.
      history.replaceState(null, "", location.pathname + location.search);
    }
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  read();
  addEventListener("hashchange", read);
  effect(() => {
    const view = current();
    if (!view) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const text = toAddress(view);
      if (text.length > MOST || location.hash === MARK + text) return;
      const elsewhere = last !== undefined && isElsewhere(last, view);
      last = view;
      history[elsewhere ? "pushState" : "replaceState"](null, "", MARK + text);
    }, QUIET);
  });
}
