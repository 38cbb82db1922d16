import { signal } from "@preact/signals";

/** Panels that share a place as tabs; one of them is seen. */
export interface Slot {
  readonly panels: readonly string[];
  readonly active: string;
  /** Height beside the other slots of the column. */
  readonly share: number;
}

export interface Column {
  readonly slots: readonly Slot[];
  /** Width beside the other columns. */
  readonly share: number;
}

/** Columns from left to right, slots from top to bottom. */
export type Layout = readonly Column[];

/** Where a panel goes: among the tabs of another, below it, or into a column of its own after it. */
export type Target = { readonly where: "tabs" | "below" | "right"; readonly of: string };

const KEPT = "lithoscope-layouts";

/** Layouts by the panels that they place: those of a scan are others than those of a map. */
export const layouts = signal<Readonly<Record<string, Layout>>>(checkedLayouts(stored()));

/** What was stored, as far as it can be read: pages may not remember, and others write there too. */
function stored(): unknown {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "{}");
  } catch {
    return undefined;
  }
}

/** What of a stored value is layouts; the rest is left out. */
export function checkedLayouts(value: unknown): Record<string, Layout> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, layout]) => isLayout(layout)));
}

function isShare(share: unknown): boolean {
  return typeof share === "number" && share > 0 && share < 1e6;
}

function isLayout(value: unknown): value is Layout {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(
      (column) => isShare(column?.share) && Array.isArray(column.slots) && column.slots.every(isSlot),
    )
  );
}

function isSlot(value: Partial<Slot> | undefined): boolean {
  const { panels, active, share } = value ?? {};
  const named = Array.isArray(panels) && panels.length > 0 && panels.every((id) => typeof id === "string");
  return isShare(share) && named && panels.includes(active!);
}

const slot = (...panels: string[]): Slot => ({ panels, active: panels[0]!, share: 1 });

/** A place for each of the best panels, the others as tabs of the last; one that is `wide` has room beside the first. */
export function firstLayout(panels: readonly string[], wide: readonly string[] = []): Layout {
  const [a, b, c, ...rest] = panels as [string, ...string[]];
  if (b === undefined) return [{ share: 1, slots: [slot(a)] }];
  if (c === undefined) return [a, b].map((id) => ({ share: 1, slots: [slot(id)] }));
  if (rest.length === 0)
    return [
      { share: 1.15, slots: [slot(a)] },
      { share: 1, slots: [{ ...slot(b), share: 1.35 }, slot(c)] },
    ];
  if (wide.includes(b))
    return [
      { share: 1, slots: [slot(a)] },
      { share: 1, slots: [{ ...slot(b), share: 1.4 }, slot(c, ...rest)] },
    ];
  return [
    { share: 1.1, slots: [slot(a)] },
    { share: 1.1, slots: [slot(b)] },
    { share: 0.9, slots: [slot(c), slot(...rest)] },
  ];
}

const nameOf = (panels: readonly string[]) => [...panels].sort().join();

/** The layout in which these panels, the best first, are shown. */
export function layoutFor(panels: readonly string[], wide: readonly string[]): Layout {
  const own = layouts.value[nameOf(panels)];
  const placed = own?.flatMap(({ slots }) => slots.flatMap((each) => each.panels)) ?? [];
  return own && nameOf(placed) === nameOf(panels) ? own : firstLayout(panels, wide);
}

/** Keeps the layout of these panels; undefined for the one that they have at first. */
export function setLayout(panels: readonly string[], layout: Layout | undefined): void {
  const { [nameOf(panels)]: _, ...others } = layouts.peek();
  layouts.value = layout ? { ...others, [nameOf(panels)]: layout } : others;
  try {
    localStorage.setItem(KEPT, JSON.stringify(layouts.peek()));
  } catch {
    // Without a memory it holds until the page is closed.
  }
}

function mapSlots(layout: Layout, change: (slot: Slot) => readonly Slot[]): Layout {
  return layout
    .map((column) => ({ ...column, slots: column.slots.flatMap(change) }))
    .filter(({ slots }) => slots.length > 0);
}

/** The layout with a panel in front of the tabs beside it. */
export function withActive(layout: Layout, panel: string): Layout {
  return mapSlots(layout, (each) => [each.panels.includes(panel) ? { ...each, active: panel } : each]);
}

/** The layout with a panel somewhere else; places that are left empty go. */
export function moved(layout: Layout, panel: string, { where, of }: Target): Layout {
  const home = layout.flatMap(({ slots }) => slots).find(({ panels }) => panels.includes(panel));
  const alone = home?.panels.length === 1;
  if (panel === of && (alone || where === "tabs")) return layout;
  // The place that it goes to is found by another panel of it, once it has left.
  const anchor = panel === of ? home!.panels.find((id) => id !== panel)! : of;
  const without = mapSlots(layout, (each) => {
    if (!each.panels.includes(panel)) return [each];
    const panels = each.panels.filter((id) => id !== panel);
    if (panels.length === 0) return [];
    return [{ ...each, panels, active: each.active === panel ? panels[0]! : each.active }];
  });
  if (where === "right")
    return without.flatMap((column) =>
      column.slots.some(({ panels }) => panels.includes(anchor))
        ? [column, { share: column.share, slots: [slot(panel)] }]
        : [column],
    );
  return mapSlots(without, (each) => {
    if (!each.panels.includes(anchor)) return [each];
    if (where === "below") return [each, { ...slot(panel), share: each.share }];
    return [{ ...each, panels: [...each.panels, panel], active: panel }];
  });
}

/** Shares after the edge between two neighbours moved by a share of both together; neither gets narrower than a tenth. */
export function resized<T extends { readonly share: number }>(
  list: readonly T[],
  edge: number,
  by: number,
): T[] {
  const [a, b] = [list[edge]!, list[edge + 1]!];
  const both = a.share + b.share;
  const first = Math.max(0.1 * both, Math.min(0.9 * both, a.share + by * both));
  return list.map((one, i) =>
    i === edge ? { ...one, share: first } : i === edge + 1 ? { ...one, share: both - first } : one,
  );
}
