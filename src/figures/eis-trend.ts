/** Parameters of a series of spectra over time. */
import type { Quantity } from "../core/contracts.ts";
import type { ShownSpectrum } from "./eis-figures.ts";
import type { Figure } from "./figure.ts";
import { type PlotSeries, panelPlot } from "./panel-plot.ts";

/** One spectrum of a series, with the parameters of its fit by name. */
interface SeriesSpectrum extends Pick<ShownSpectrum, "arcs"> {
  readonly fits: readonly (ShownSpectrum["fits"][number] & {
    readonly parameters: Readonly<Record<string, Quantity>>;
  })[];
}

const STROKES = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00"];

/** The brackets that are arcs in any of the spectra. */
export function arcElements(results: readonly Pick<SeriesSpectrum, "arcs">[]): string[] {
  return [...new Set(results.flatMap(({ arcs }) => arcs.map(({ element }) => element)))];
}

/** The arc of a bracket; undefined where a spectrum has none. */
export const arcOf = ({ arcs }: Pick<SeriesSpectrum, "arcs">, element: string) =>
  arcs.find((arc) => arc.element === element);

/** Resistances and apex frequencies over time, or over the number of the spectrum. */
export function trendFigure(
  results: readonly SeriesSpectrum[],
  { at, ...x }: { readonly name: string; readonly unit: string; readonly at: readonly number[] },
): Figure {
  const params = results.map(({ fits }) => fits[0]!.parameters);
  const circuit = results[0]!.fits[0]!.circuit;
  const resistances = circuit.parameters.filter(({ name, symbol }) => name === "R" && symbol === "R");
  const elements = arcElements(results);
  const series = (name: string, k: number, of: (i: number) => Quantity | undefined): PlotSeries => ({
    name,
    stroke: STROKES[k % STROKES.length]!,
    mark: k % 2 === 0 ? "dot" : "square",
    line: "solid",
    x: at,
    y: results.map((_, i) => of(i)?.value ?? Number.NaN),
    sigma: results.map((_, i) => of(i)?.sigma ?? 0),
  });
  return panelPlot({
    title: `Series of ${results.length} spectra`,
    panels: [
      {
        x,
        y: { name: "resistance", unit: "Ω", holds: [0] },
        series: resistances.map(({ full }, k) => series(full, k, (i) => params[i]![full])),
      },
      ...(elements.length > 0
        ? [
            {
              x,
              y: { name: "apex frequency", unit: "Hz", decades: true },
              series: elements.map((element, k) => ({
                ...series(element, k + 1, (i) => arcOf(results[i]!, element)?.frequency),
                sigma: [],
              })),
            },
          ]
        : []),
    ],
    caption: `Resistances (bars: one standard deviation) and apex frequencies of ${circuit.text} over ${x.name}.`,
    alt: `Resistances and apex frequencies of ${results.length} spectra over ${x.name}.`,
  });
}
