import type { Item } from "../../core/contracts.ts";
import type { Panel } from "./contract.ts";
import { grains } from "./grains/panel.tsx";
import { histogram } from "./histogram/panel.tsx";
import { info } from "./info/panel.tsx";
import { lab } from "./lab/panel.tsx";
import { map } from "./map/panel.tsx";
import { navigator } from "./navigator/panel.tsx";
import { pattern } from "./pattern/panel.tsx";
import { picture } from "./picture/panel.tsx";
import { pole } from "./pole/panel.tsx";
import { run } from "./run/panel.tsx";
import { spotMap } from "./spot-map/panel.tsx";
import { spots } from "./spots/panel.tsx";
import { table } from "./table/panel.tsx";
import { trace } from "./trace/panel.tsx";
import { why } from "./why/panel.tsx";

// biome-ignore lint/suspicious/noExplicitAny: the view is each panel's own
type AnyPanel = Panel<any>;

/** Every panel; a new one is a folder and a line here. */
export const panels: readonly AnyPanel[] = [
  navigator,
  pattern,
  picture,
  spotMap,
  spots,
  trace,
  lab,
  table,
  run,
  map,
  why,
  grains,
  pole,
  histogram,
  info,
];

/** The panels that can show an item, the best first. */
export function panelsFor(item: Item): readonly AnyPanel[] {
  return panels
    .map((panel) => ({ panel, score: panel.accepts(item) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ panel }) => panel);
}
