import { signal } from "@preact/signals";
import type { Item } from "../../core/contracts.ts";
import type { Schema } from "../../core/schema.ts";
import type { Figure } from "../../figures/figure.ts";
import type { PanelFigure as DrawnFigure, Paper } from "../../figures/panel-figure.ts";
import { type ErrorWords, errorWords } from "../state/error-words.ts";

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

/** Why panels cannot show what they should, by panel; the frame around a panel says it. */
export const faults = signal<ReadonlyMap<string, ErrorWords>>(new Map());

const frameOf = (host: HTMLElement) => host.closest<HTMLElement>("[data-panel]") ?? host;

function setFault(panel: string, fault: ErrorWords | undefined): void {
  if (!fault && !faults.peek().has(panel)) return;
  const next = new Map(faults.peek());
  if (fault) next.set(panel, fault);
  else next.delete(panel);
  faults.value = next;
}

/** Says in which state a panel is, and how far it has come. */
export function setState(host: HTMLElement, state: PanelState, progress?: string): void {
  const frame = frameOf(host);
  frame.dataset.state = state;
  if (progress === undefined) delete frame.dataset.progress;
  else frame.dataset.progress = progress;
  setFault(frame.dataset.panel ?? "", undefined);
}

/** Says why a panel cannot show what it should; what it showed before stays. */
export function fail(host: HTMLElement, error: unknown): void {
  const words = errorWords(error);
  setState(host, words.state);
  if (words.state !== "cancelled") setFault(frameOf(host).dataset.panel ?? "", words);
}
