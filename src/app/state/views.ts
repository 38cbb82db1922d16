import type { Panel } from "../panels/contract.ts";

const views = new Map<string, unknown>();

/** How a panel looks: as it was left, else as its schema has it. */
export function viewOf<V>(panel: Panel<V>): V {
  const kept = views.get(panel.id);
  if (kept !== undefined) return kept as V;
  return panel.view.parse({});
}

/** Keeps how a panel looks. */
export function setView<V>(panel: Panel<V>, view: V): void {
  views.set(panel.id, view);
}
