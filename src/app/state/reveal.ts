import { panelsFor } from "../panels/index.ts";
import { layoutFor, setLayout, withActive } from "./layout.ts";
import { deskOf, factsOf } from "./runs.ts";
import { maximised, results, show, shownEntry } from "./workspace.ts";

/** Brings a panel of what is looked at to the front, and gives it the focus. */
export function reveal(panel: string): void {
  const entry = shownEntry.peek();
  if (!entry) return;
  const able = panelsFor(entry.item);
  if (!able.some(({ id }) => id === panel)) return;
  const ids = able.map(({ id }) => id);
  const wide = able.flatMap(({ id, wide: needs }) => (needs ? [id] : []));
  if (maximised.peek() !== panel) maximised.value = undefined;
  setLayout(ids, withActive(layoutFor(ids, wide), panel));
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-panel="${panel}"]`)?.focus());
}

/** The result that says why: the one that is looked at, else the last one of the scan that is. */
function explained(): { readonly key: string } | undefined {
  const entry = shownEntry.value;
  if (!entry) return undefined;
  if (deskOf(entry.item)) return entry;
  return results.value.findLast(({ item }) => factsOf(item)?.asked.scan === entry.key);
}

/** True where points can say why they have their answer. */
export const canSayWhy = () => explained() !== undefined;

/** Shows why the point at the cursor has its answer. */
export function sayWhy(): void {
  const entry = explained();
  if (!entry) return;
  show(entry.key);
  reveal("why");
}
