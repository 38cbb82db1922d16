/** Pictures of voltammograms. */
import type { Quantity } from "../core/contracts.ts";
import { cycleColours, cyclePlot } from "./cycle-plot.ts";
import type { NamedPlot } from "./figure.ts";
import { type PlotSeries, panelPlot } from "./panel-plot.ts";

/** What the figures need to know of one voltammogram: potentials in V, currents in A. */
export interface ShownVoltammogram {
  readonly run: { readonly potential: Float64Array; readonly current: Float64Array };
  /** First and last row of each sweep. */
  readonly sweeps: readonly { readonly from: number; readonly to: number }[];
  /** Cycles whose peaks were fitted. */
  readonly cycles: readonly {
    readonly cycle: { readonly number: number };
    /** 1 on the anodic sweep, −1 on the cathodic one. */
    readonly curve: {
      readonly potential: Float64Array;
      readonly current: Float64Array;
      readonly direction: ArrayLike<number>;
    };
    readonly fitted: Float64Array;
    readonly baseline: Float64Array;
    readonly model: string;
  }[];
}

const COLOURS = { anodic: "#004488", cathodic: "#BB5566", fit: "#000000", under: "#DDAA33" } as const;

/** Scale and name of the unit that currents of this size are read in. */
function currentUnit(most: number): { unit: string; scale: number } {
  const units = [
    ["A", 1],
    ["mA", 1e3],
    ["µA", 1e6],
    ["nA", 1e9],
    ["pA", 1e12],
  ] as const;
  const [unit, scale] = units.find(([, s]) => most * s >= 1) ?? units.at(-1)!;
  return { unit, scale };
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

/** The axis of potentials, with the reference where it was stated. */
function potentialName(rescaled: boolean): string {
  return rescaled ? "potential, rescaled" : "potential";
}

/** All sweeps coloured by cycle, and the fit of the last cycle with its parts. */
export function cvFigures({ run, cycles, sweeps }: ShownVoltammogram, rescaled: boolean): NamedPlot[] {
  const { unit, scale } = currentUnit(largest(run.current));
  const name = potentialName(rescaled);
  const [x, y] = [
    { name, unit: "V" },
    { name: "current", unit },
  ];
  const colours = cycleColours(Math.ceil(sweeps.length / 2));
  const all = cyclePlot({
    title: "Voltammogram",
    ...{ x, y },
    lines: sweeps.map(({ from, to }, k) => ({
      name: `sweep ${k + 1}`,
      group: `cycle ${(k >> 1) + 1}`,
      stroke: colours[k >> 1]!,
      x: run.potential.subarray(from, to + 1),
      y: run.current.subarray(from, to + 1).map((i) => i * scale),
    })),
    caption:
      "Current over potential as measured; colour is the cycle, dark first. Positive current is oxidation.",
    alt: `Voltammogram of ${sweeps.length} sweeps.`,
  });
  const last = cycles.at(-1)!;
  const { curve, fitted, baseline, model, cycle } = last;
  const series: PlotSeries[] = [];
  const left: PlotSeries[] = [];
  for (const [direction, word] of [
    [1, "anodic"],
    [-1, "cathodic"],
  ] as const) {
    const rows = Array.from(curve.potential, (_, i) => i).filter((i) => curve.direction[i] === direction);
    if (rows.length === 0) continue;
    const pick = (values: Float64Array) => Float64Array.from(rows, (i) => values[i]! * scale);
    const e = Float64Array.from(rows, (i) => curve.potential[i]!);
    const [measured, fit, under] = [pick(curve.current), pick(fitted), pick(baseline)];
    series.push(
      { name: word, stroke: COLOURS[word], line: "solid", x: e, y: measured },
      { name: "fit", stroke: COLOURS.fit, line: "dashed", x: e, y: fit },
      { name: "under the peaks", stroke: COLOURS.under, line: "solid", x: e, y: under },
    );
    left.push({
      name: word,
      stroke: COLOURS[word],
      line: "solid",
      x: e,
      y: measured.map((i, k) => i - fit[k]!),
    });
  }
  const law =
    model === "surface"
      ? "couples bound to the surface, one rate law for both sweeps"
      : "one asymmetric peak for each maximum";
  const parts = panelPlot({
    title: `Fit of cycle ${cycle.number}`,
    height: 120,
    panels: [
      { x, y, series },
      { x, y: { name: "left over", unit }, series: left },
    ],
    caption: `Measured current of cycle ${cycle.number}, the fit (${law}) and what lies under the peaks: leak, charging of the double layer and oxidation of the electrolyte. Below, what the fit leaves.`,
    alt: `Measured and fitted current of cycle ${cycle.number}.`,
  });
  return [
    { id: "cv", figure: all },
    { id: "fit", figure: parts },
  ];
}

/** Peak currents over the scan rate. */
export function rateFigure(
  laws: readonly {
    readonly couple: string;
    readonly sweep: string;
    /** [V/s], [A] */
    readonly points: readonly { readonly rate: Quantity; readonly current: Quantity }[];
  }[],
): NamedPlot {
  const most = Math.max(...laws.flatMap(({ points }) => points.map(({ current }) => current.value)));
  const { unit, scale } = currentUnit(most);
  const palette = ["#004488", "#BB5566", "#DDAA33", "#000000", "#44AA99", "#882255"];
  return {
    id: "rates",
    figure: panelPlot({
      title: "Peak current over scan rate",
      panels: [
        {
          x: { name: "scan rate", unit: "mV/s", decades: true },
          y: { name: "peak current", unit, decades: true },
          series: laws.map(({ couple, sweep, points }, k) => ({
            name: `${couple}, ${sweep}`,
            ...{ stroke: palette[k % palette.length]!, mark: "ring" as const, line: "solid" as const },
            x: points.map(({ rate }) => 1000 * rate.value),
            y: points.map(({ current }) => current.value * scale),
          })),
        },
      ],
      caption: "Height of the fitted peaks over the scan rate, both on decades.",
      alt: `Peak currents of ${laws.length} peaks over the scan rate.`,
    }),
  };
}
