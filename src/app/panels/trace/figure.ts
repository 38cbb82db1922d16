/** The trace as a figure, drawn by what draws the figures of results. */
import type { Item, Signal, Table } from "../../../core/contracts.ts";
import { PHASE_COLOURS } from "../../../figures/colour-map.ts";
import type { Figure } from "../../../figures/figure.ts";
import { nyquist } from "../../../figures/nyquist.ts";
import { panelPlot } from "../../../figures/panel-plot.ts";
import { drawnRows, envelopeOf, isOrdered } from "../../../math/envelope.ts";
import { impedanceColumns } from "../../../science/electrochemistry/impedance-columns.ts";
import { navigationPlace } from "../../state/selection.ts";
import { scanAxes, signalAxes } from "../axis-words.ts";
import { axisValues, plainValues, type Trace } from "./curves.ts";
import { type TraceLook, tableOf } from "./look.ts";
import { chosenPreset, columnsOf, presetTrace } from "./preset-trace.ts";
import { firstPreset, presetsOf } from "./presets.ts";

/** Columns of a line on the page; a longer one is drawn by the least and greatest of each. */
const COLUMNS = 1000;

/** Colours of the style sheet as they are on paper; yellow of white paper is left out. */
function paper(colour: string): string {
  const k = /curve-(\d)/.exec(colour)?.[1];
  return k === undefined ? colour : [...PHASE_COLOURS.slice(0, 5), "#555555"][Number(k) - 1]!;
}

function thinned(x: ArrayLike<number>, y: ArrayLike<number>): { x: ArrayLike<number>; y: ArrayLike<number> } {
  if (x.length <= 4 * COLUMNS || !isOrdered(x)) return { x, y };
  const bounds = Array.from({ length: COLUMNS + 1 }, (_, c) => Math.floor((c * x.length) / COLUMNS));
  const rows = drawnRows(envelopeOf(y), bounds);
  return { x: Float64Array.from(rows, (i) => x[i]!), y: Float64Array.from(rows, (i) => y[i]!) };
}

function plotOf({ x, strips }: Trace, title: string): Figure {
  const what = `${strips.map(({ y }) => y.name).join(", ")} over ${x.name}`;
  return panelPlot({
    title,
    caption: `${what}. ${title}.`,
    alt: `Lines of ${what}.`,
    panels: strips.map(({ y, curves }) => ({
      x: { name: x.name, unit: x.unit, decades: x.log },
      y: { name: y.name, unit: y.unit, decades: y.log },
      series: curves.map(({ name, colour, marks, dashed, x: across, y: up }) => ({
        ...{ name, stroke: paper(colour), ...thinned(across, up) },
        ...(marks ? { mark: "ring" as const } : { line: dashed ? ("dashed" as const) : ("solid" as const) }),
      })),
    })),
  });
}

async function tableFigure(table: Table, clock: string | undefined, look: TraceLook): Promise<Figure> {
  const presets = presetsOf(table.columns, clock);
  const names = table.columns.filter(({ type }) => type === "number").map(({ name }) => name);
  const first = (await firstPreset(table, presets))!;
  const preset = chosenPreset(look, presets, first, names);
  const read = async (name: string) => (await table.read(name, 0, table.rows)) as Float64Array;
  const wanted = columnsOf(table.columns, preset);
  const data = Object.fromEntries(
    await Promise.all(wanted.map(async (name) => [name, await read(name)] as const)),
  );
  const trace = presetTrace(table.columns, data, preset, look, "light");
  const frequency = impedanceColumns(table.columns)?.frequency.column.name;
  if (preset.id !== "nyquist" || frequency === undefined) return plotOf(trace, table.title);
  const { x, y } = trace.strips[0]!.curves[0]!;
  return nyquist({
    title: table.title,
    caption: `Nyquist plot; decades of frequency are marked. ${table.title}.`,
    alt: `Nyquist plot of ${table.rows} points.`,
    spectra: [
      {
        ...{ name: table.title, stroke: PHASE_COLOURS[0]!, frequency: await read(frequency), inKey: false },
        z: Float64Array.from({ length: 2 * x.length }, (_, i) => (i % 2 ? -y[i >> 1]! : x[i >> 1]!)),
      },
    ],
  });
}

async function spectrumFigure(item: Signal, { scale }: TraceLook): Promise<Figure> {
  const [axis] = signalAxes(item) as [Signal["axes"][number]];
  const at = navigationPlace(scanAxes(item));
  const values = await item.tile({ start: [...at, 0], stop: [...at.map((i) => i + 1), axis.size] });
  const y = { name: item.value.name, unit: item.value.unit, log: scale === "log" };
  const place = at.length > 0 ? ` at ${at.toReversed().join(", ")}` : "";
  const curve = { name: item.title, colour: "var(--curve-1)", first: 0, x: axisValues(axis) };
  const curves = [{ ...curve, y: plainValues(values, item.dtype) }];
  const x = { name: axis.name, unit: axis.unit, log: false };
  return plotOf({ x, strips: [{ y, curves }], equal: false }, `${item.title}${place}`);
}

/** What the trace shows of an item, as a figure. */
export async function traceFigure(item: Item, look: TraceLook): Promise<Figure> {
  if (item.kind === "signal") return spectrumFigure(item, look);
  if (item.kind !== "table" && item.kind !== "stream") throw new Error(`no trace of ${item.kind}`);
  const { table, clock } = tableOf(item);
  return tableFigure(table, clock, look);
}
