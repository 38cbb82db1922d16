import { signal } from "@preact/signals";
import type { Panel } from "../panels/contract.ts";

type Plain = Readonly<Record<string, string | number | boolean>>;

const views = signal<Readonly<Record<string, unknown>>>({});

/** How a panel looks: as it was left, else as its schema has it. */
export function viewOf<V>(panel: Panel<V>): V {
  const kept = views.peek()[panel.id];
  try {
    return panel.view.parse((kept ?? {}) as Plain);
  } catch {
    // Kept by another version, or written by somebody: the panel begins as new.
    return panel.view.parse({});
  }
}

/** Keeps how a panel looks. */
export function setView<V>(panel: Panel<V>, view: V): void {
  views.value = { ...views.peek(), [panel.id]: view };
}

/** What a session keeps of the panels' looks: plain values only. */
export function keptViews(): Readonly<Record<string, Plain>> {
  const plain = (view: unknown): Plain =>
    Object.fromEntries(
      Object.entries((view ?? {}) as object).filter(([, value]) =>
        ["string", "number", "boolean"].includes(typeof value),
      ),
    );
  return Object.fromEntries(Object.entries(views.value).map(([id, view]) => [id, plain(view)]));
}

/** Looks of panels, as a session kept them; each is checked by its panel's own schema. */
export function setViews(kept: Readonly<Record<string, Plain>>): void {
  views.value = kept;
}
