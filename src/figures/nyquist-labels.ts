/** Decades of frequency beside the points of a Nyquist plot. */
import { numberText } from "./number-text.ts";
import type { NyquistSeries } from "./nyquist.ts";
import { markSvg } from "./panel-plot.ts";
import type { PlotFrame } from "./plot.ts";
import { text, textWidth } from "./svg.ts";

/** "1 kHz" for 1000. */
function hertz(f: number): string {
  const [size, unit] =
    f >= 1e6
      ? [1e6, "MHz"]
      : f >= 1e3
        ? [1e3, "kHz"]
        : f >= 1
          ? [1, "Hz"]
          : f >= 1e-3
            ? [1e-3, "mHz"]
            : [1e-6, "µHz"];
  return `${numberText(f / size)} ${unit}`;
}

/** Point nearest to each whole power of ten of the frequency, within a tenth of a decade. */
function decadePoints(frequency: ArrayLike<number>): { index: number; power: number }[] {
  const found = new Map<number, { index: number; power: number; off: number }>();
  for (let i = 0; i < frequency.length; i++) {
    const log = Math.log10(frequency[i]!);
    const power = Math.round(log);
    const off = Math.abs(log - power);
    if (off < 0.1 && off < (found.get(power)?.off ?? 1)) found.set(power, { index: i, power, off });
  }
  return [...found.values()];
}

/** Dots at the decades, with their frequency on the curve's upper side where there is room. */
export function decadeLabels(
  spectra: readonly NyquistSeries[],
  frame: Omit<PlotFrame, "svg">,
  shown: (frequency: number) => boolean,
): { svg: string; boxes: readonly { x: number; y: number; w: number }[] } {
  const labels: string[] = [];
  const taken: { x: number; y: number; w: number }[] = [];
  for (const { frequency, z, stroke, decades } of spectra) {
    if (decades === false) continue;
    for (const { index, power } of decadePoints(frequency)) {
      if (!shown(frequency[index]!)) continue;
      const [px, py] = [frame.x(z[2 * index]!), frame.y(-z[2 * index + 1]!)];
      labels.push(markSvg("dot", px, py, stroke, 1.7));
      const label = hertz(10 ** power);
      const w = textWidth(label, 6);
      const at = (k: number) => Math.max(0, Math.min(frequency.length - 1, k));
      const [before, after] = [at(index - 2), at(index + 2)];
      const along = [
        frame.x(z[2 * after]!) - frame.x(z[2 * before]!),
        frame.y(-z[2 * after + 1]!) - frame.y(-z[2 * before + 1]!),
      ];
      const size = Math.hypot(along[0]!, along[1]!) || 1;
      const up = along[0]! > 0 ? 1 : -1;
      const [nx, ny] = [(up * along[1]!) / size, (-up * along[0]!) / size];
      const [least, most] = [frame.left + w / 2, frame.left + frame.width - w / 2];
      // On the other side of the curve where the frame ends on this one.
      const beside = px + nx * (5 + w / 2);
      const side = beside < least || beside > most ? -1 : 1;
      const middle = Math.max(least, Math.min(most, px + side * nx * (5 + w / 2)));
      const line = py + side * ny * 6 + 2;
      if (taken.some((t) => Math.abs(t.x - middle) < (t.w + w) / 2 + 2 && Math.abs(t.y - line) < 7)) continue;
      taken.push({ x: middle, y: line, w });
      labels.push(text(middle, line, label, { anchor: "middle", size: 6 }));
    }
  }
  return { svg: labels.join(""), boxes: taken };
}
