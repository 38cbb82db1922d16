/** The figures of impedance: Nyquist, Bode, residuals, relaxation times; of one spectrum or of a series. */
import type { Quantity } from "../core/contracts.ts";
import type { Circuit } from "../science/electrochemistry/circuit.ts";
import { circuitImpedance } from "../science/electrochemistry/circuit-impedance.ts";
import { modulus, type Spectrum } from "../science/electrochemistry/spectrum.ts";
import { colourTable, hexOf } from "./colour-map.ts";
import type { Figure, NamedPlot } from "./figure.ts";
import { numberText, quantityText } from "./number-text.ts";
import { nyquist } from "./nyquist.ts";
import { type PlotSeries, panelPlot } from "./panel-plot.ts";

/** What the figures need to know of one spectrum's results. */
export interface ShownSpectrum {
  readonly spectrum: Spectrum;
  readonly validity: { readonly verdict: string; readonly reason: string; readonly residual: Float64Array };
  /** Best first. */
  readonly fits: readonly {
    readonly circuit: Circuit;
    readonly values: Float64Array;
    readonly model: Float64Array;
    readonly chi2: number;
  }[];
  readonly arcs: readonly {
    readonly element: string;
    readonly frequency: Quantity;
    readonly resistance: Quantity;
  }[];
  readonly drt: {
    readonly tau: Float64Array;
    readonly gamma: Float64Array;
    readonly rougher: Float64Array;
    readonly smoother: Float64Array;
    readonly low: Float64Array;
    readonly high: Float64Array;
    readonly lambda: number;
    readonly peaks: readonly { readonly tau: number; readonly area: number }[];
  };
}

const BLUE = "#0072B2";
const RED = "#D55E00";
const INK = "#000000";
const GREY = "#8A8A8A";

/** The model on a fine grid of frequencies, 30 to a decade. */
function fine({ circuit, values }: ShownSpectrum["fits"][number], spectrum: Spectrum) {
  const { frequency } = spectrum;
  const [high, low] = [frequency[0]!, frequency[frequency.length - 1]!];
  const steps = Math.max(1, Math.ceil(30 * Math.log10(high / low)));
  const f = Float64Array.from({ length: steps + 1 }, (_, i) => high * (low / high) ** (i / steps));
  const z = new Float64Array(2 * f.length);
  circuitImpedance(
    circuit,
    f.map((v) => 2 * Math.PI * v),
  ).evaluate(values, z);
  return { f, z };
}

const half = (z: Float64Array, k: 0 | 1) =>
  Float64Array.from({ length: z.length / 2 }, (_, i) => z[2 * i + k]!);
const minusPhase = (z: Float64Array) =>
  Float64Array.from(
    { length: z.length / 2 },
    (_, i) => (-Math.atan2(z[2 * i + 1]!, z[2 * i]!) * 180) / Math.PI,
  );
const shares = (a: Float64Array, z: Float64Array, k: 0 | 1) =>
  Float64Array.from(
    { length: z.length / 2 },
    (_, i) => (100 * a[2 * i + k]!) / Math.hypot(z[2 * i]!, z[2 * i + 1]!),
  );

/** One colour for one spectrum, a sequential map for several; the palest end is left out. */
function colours(count: number): string[] {
  if (count === 1) return [BLUE];
  const table = colourTable("viridis");
  return Array.from({ length: count }, (_, i) => {
    const at = 3 * Math.round((i / (count - 1)) * 215);
    return hexOf(table.subarray(at, at + 3));
  });
}

/** Names in the key: all of a few, first, middle and last of many. */
function named(count: number, i: number): boolean {
  return count <= 4 || i === 0 || i === count - 1 || i === count >> 1;
}

const FREQUENCY = { name: "frequency", unit: "Hz", decades: true };

/** Figures by the name of their files. */
export function eisFigures(shown: readonly ShownSpectrum[]): NamedPlot[] {
  const one = shown.length === 1;
  const first = shown[0]!;
  const stroke = colours(shown.length);
  const names = shown.map(({ spectrum }) => (one ? "measured" : spectrum.title));
  const title = one ? first.spectrum.title : `${shown.length} spectra`;
  const best = first.fits[0]!;
  const fit = fine(best, first.spectrum);
  const arcs = first.arcs.map(
    ({ element, frequency, resistance }) =>
      `${element} ${quantityText(resistance)} at ${quantityText(frequency)}`,
  );
  const said = one
    ? `${first.validity.verdict}: ${first.validity.reason}. ${best.circuit.text}, χ² ${numberText(best.chi2)}${arcs.length > 0 ? `; ${arcs.join(", ")}` : ""}.`
    : `Colours run from the first spectrum to the last. Circuit ${best.circuit.text}.`;
  const span = `${numberText(Math.min(...first.spectrum.frequency))} to ${numberText(first.spectrum.frequency[0]!)} Hz`;
  const z = shown.map(({ spectrum }) => spectrum.z);
  const f = shown.map(({ spectrum }) => spectrum.frequency);
  const inKey = (i: number) => named(shown.length, i);
  const points = (y: (i: number) => Float64Array): PlotSeries[] =>
    shown.map((_, i) => ({
      name: names[i]!,
      stroke: stroke[i]!,
      x: f[i]!,
      y: y(i),
      inKey: inKey(i),
      ...(one ? { mark: "ring" as const } : { line: "solid" as const }),
    }));
  const line = (y: Float64Array): PlotSeries[] =>
    one ? [{ name: "fit", stroke: INK, line: "solid", x: fit.f, y }] : [];
  return [
    {
      id: "nyquist",
      figure: nyquist({
        title: `Nyquist plot, ${title}`,
        spectra: shown.map(({ spectrum, fits }, i) => ({
          name: names[i]!,
          stroke: stroke[i]!,
          frequency: spectrum.frequency,
          z: spectrum.z,
          model: one ? fit.z : fine(fits[0]!, spectrum).z,
          decades: i === 0,
          inKey: inKey(i),
        })),
        caption: `Impedance from ${span}, equal lengths for equal ohms; full dots at decades of frequency; line: fit. ${said}`,
        alt: `Nyquist plot of ${title} from ${span} with the fit of ${best.circuit.text}.`,
      }),
    },
    {
      id: "bode",
      figure: panelPlot({
        title: `Bode plot, ${title}`,
        panels: [
          {
            x: FREQUENCY,
            y: { name: "|Z|", unit: "Ω", decades: true },
            series: [...points((i) => modulus(z[i]!)), ...line(modulus(fit.z))],
          },
          {
            x: FREQUENCY,
            y: { name: "−phase", unit: "deg", holds: [0] },
            series: [...points((i) => minusPhase(z[i]!)), ...line(minusPhase(fit.z))],
          },
        ],
        caption: `Modulus and negative phase over frequency. ${said}`,
        alt: `Bode plot of ${title}: modulus and phase from ${span}.`,
      }),
    },
    {
      id: "residuals",
      figure: residualFigure(shown, one, title, stroke, said),
    },
    { id: "drt", figure: drtFigure(shown, title, stroke, names) },
  ];
}

/** Peaks whose γ differ by more than this are shown on decades too. */
const STEEP = 20;

function drtFigure(
  shown: readonly ShownSpectrum[],
  title: string,
  stroke: readonly string[],
  names: readonly string[],
): Figure {
  const one = shown.length === 1;
  const { drt: first } = shown[0]!;
  const heights = shown.flatMap(({ drt }) => drt.peaks.map(({ tau }) => nearest(drt.tau, drt.gamma, tau)));
  const least = heights.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const steep = heights.some((height) => height > STEEP * least);
  const dashed = (name: string, colour: string, y: Float64Array): PlotSeries => ({
    ...{ name, stroke: colour, line: "dashed", x: first.tau, y },
  });
  const series = shown.flatMap(({ drt }, i): PlotSeries[] => [
    ...(one ? [dashed("λ/10", GREY, drt.rougher), dashed("10 λ", RED, drt.smoother)] : []),
    {
      ...{ name: one ? "γ" : names[i]!, stroke: stroke[i]!, line: "solid", x: drt.tau, y: drt.gamma },
      inKey: named(shown.length, i),
    },
    ...(one
      ? [
          {
            ...{ name: "peaks", stroke: INK, mark: "dot" as const },
            x: drt.peaks.map(({ tau }) => tau),
            y: drt.peaks.map(({ tau }) => nearest(drt.tau, drt.gamma, tau)),
          },
        ]
      : []),
  ]);
  const x = { name: "τ", unit: "s", decades: true };
  const band = { fill: "#BFD8EA", x: first.tau, low: first.low, high: first.high };
  // A tenth of the lowest peak is the floor of the decades.
  const above = (y: ArrayLike<number>) =>
    Float64Array.from(y, (value) => (value >= least / 10 ? value : Number.NaN));
  const logarithmic = {
    x,
    y: { name: "γ", unit: "Ω", decades: true },
    ...(one && {
      bands: [{ ...band, low: band.low.map((v) => Math.max(v, least / 10)), high: above(band.high) }],
    }),
    series: series.map((own) => ({ ...own, y: above(own.y) })),
  };
  const linear = { x, y: { name: "γ", unit: "Ω", holds: [0] }, ...(one && { bands: [band] }), series };
  return panelPlot({
    title: `Relaxation times, ${title}`,
    height: 160,
    panels: steep ? [linear, logarithmic] : [linear],
    caption: `Distribution of relaxation times per unit of ln τ${one ? `, λ = ${numberText(first.lambda)} of greatest evidence, band 5 to 95 % over draws of the noise; dashed: a tenth and ten times λ` : ""}${steep ? "; below the same on decades" : ""}. The ohmic part, inductance and diffusion tail are inside the model. ${one ? `${first.peaks.length} peaks that the data need.` : "Colours run from the first spectrum to the last."}`,
    alt: `Distribution of relaxation times of ${title} with ${first.peaks.length} peaks.`,
  });
}

function nearest(x: Float64Array, y: Float64Array, at: number): number {
  let best = 0;
  for (let i = 1; i < x.length; i++)
    if (Math.abs(Math.log(x[i]! / at)) < Math.abs(Math.log(x[best]! / at))) best = i;
  return y[best]!;
}

function residualFigure(
  shown: readonly ShownSpectrum[],
  one: boolean,
  title: string,
  stroke: readonly string[],
  said: string,
): Figure {
  const of = (k: 0 | 1, which: "fit" | "validity"): PlotSeries[] =>
    shown.map(({ spectrum, fits, validity }, i) => {
      const difference = spectrum.z.map((value, j) => value - fits[0]!.model[j]!);
      const y =
        which === "fit"
          ? shares(difference, spectrum.z, k)
          : half(
              validity.residual.map((v) => 100 * v),
              k,
            );
      const part = k === 0 ? "real" : "imaginary";
      return {
        name: one ? part : `${spectrum.title}, ${part}`,
        stroke: one ? (k === 0 ? BLUE : RED) : stroke[i]!,
        mark: k === 0 ? "dot" : "ring",
        x: spectrum.frequency,
        y,
        inKey: one,
        ...(one && { line: "solid" as const }),
      };
    });
  const panel = (which: "fit" | "validity", name: string) => ({
    x: FREQUENCY,
    y: { name, unit: "% of |Z|", holds: [0] },
    series: [...of(0, which), ...of(1, which)],
  });
  return panelPlot({
    title: `Residuals, ${title}`,
    height: 110,
    panels: [panel("fit", "data − fit"), panel("validity", "data − KK")],
    caption: `What the fit (above) and the Kramers-Kronig model (below) leave of both parts, in percent of |Z|; full dots real, rings imaginary. ${said}`,
    alt: `Residuals of fit and Kramers-Kronig model of ${title} over frequency.`,
  });
}
