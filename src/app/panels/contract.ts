import type { Item } from "../../core/contracts.ts";
import type { Schema } from "../../core/schema.ts";
import type { Figure } from "../../figures/figure.ts";
import type { PanelFigure as DrawnFigure, Paper } from "../../figures/panel-figure.ts";

type Later<T> = T | Promise<T>;
/** A figure whose numbers may come from a worker. */
export type PanelFigure = Omit<DrawnFigure, "csv" | "array"> & {
  csv(): Later<string>;
  array?(): Later<NonNullable<ReturnType<NonNullable<DrawnFigure["array"]>>>>;
};

/** A panel at work. `actions` are what the commands of its scope do to it. */
export interface Mounted<V> {
  update(view: V): void;
  destroy(): void;
  readonly actions?: Readonly<Record<string, () => void>>;
  /** The panel as it is seen now: zoom, contrast and marks; undefined while there is nothing to see. */
  readonly figure?: (paper: Paper) => Promise<PanelFigure | undefined>;
}

/** One kind of view of one item. Panels know the selection, and none knows another. */
export interface Panel<V> {
  readonly id: string;
  readonly title: string;
  /** What of it is saved with the workspace: colours, scale, directions. */
  readonly view: Schema<V>;
  /** What it shows is wider than high, so that half of the window suits it. */
  readonly wide?: boolean;
  /** 0 = cannot show it; the highest stands first. */
  accepts(item: Item): number;
  mount(host: HTMLElement, item: Item, view: V, change: (view: V) => void): Mounted<V>;
  /** The panel as a figure; no DOM, so that command line and report can call the same. */
  figure?(item: Item, view: V): Promise<Figure>;
}

/** The states of ux.md; the frame around a panel shows them as `data-state`. */
export type PanelState =
  | "empty"
  | "loading"
  | "partial"
  | "ready"
  | "stale"
  | "error"
  | "refused"
  | "cancelled";

/** Says in which state a panel is, and how far it has come. */
export function setState(host: HTMLElement, state: PanelState, progress?: string): void {
  const frame = host.closest<HTMLElement>("[data-panel]") ?? host;
  frame.dataset.state = state;
  if (progress === undefined) delete frame.dataset.progress;
  else frame.dataset.progress = progress;
}
