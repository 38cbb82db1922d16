import type { ReadonlySignal } from "@preact/signals";
import { scaleBar } from "../../figures/scale-bar.ts";
import type { PixelSize } from "./image-view.tsx";
import type { ViewBox } from "./view-box.ts";

/** CSS pixels that the bar may take: 30 % of the panel, and no more than this. */
const WIDEST = 240;

/** The scale bar in the corner of a panel, with the length that it has at this zoom. */
export function ScaleBarMark({
  box,
  pixel,
  room,
}: {
  readonly box: ReadonlySignal<ViewBox>;
  readonly pixel: ReadonlySignal<PixelSize>;
  readonly room: ReadonlySignal<{ width: number; height: number }>;
}) {
  const { x, unit } = pixel.value;
  const { width, height } = room.value;
  // What the figures call the extent of a picture: here of the part of the panel that the bar may take.
  const visible = Math.min(width, WIDEST / 0.3);
  const extent = (visible / box.value.zoom) * Math.abs(x);
  if (!(extent > 0) || width < 80) return null;
  const bar = scaleBar(extent, unit);
  const length = bar.fraction * visible;
  const boxWidth = Math.max(length, 7 * bar.label.length) + 12;
  return (
    <g data-scale-bar={bar.label} data-scale-bar-length={length} transform={`translate(8 ${height - 38})`}>
      <rect width={boxWidth} height={30} rx={3} fill="rgba(0,0,0,0.62)" />
      <rect x={6} y={20} width={length} height={4} fill="#fff" />
      <text x={6} y={14} fill="#fff" class="bar-label">
        {bar.label}
      </text>
    </g>
  );
}
