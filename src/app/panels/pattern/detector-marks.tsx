import type { Place } from "../../canvas/image-view.tsx";
import type { VirtualDetector } from "../../state/history.ts";

/** Colours of detectors in order; letters stand beside them. */
const COLOURS = ["#FFB454", "#5EC8FF", "#FF7AA8", "#B8F26B", "#C9A7FF", "#FFE066"];

/** Colour of a detector by its id. */
export function detectorColour(id: number): string {
  return COLOURS[(id - 1) % COLOURS.length]!;
}

/** Detectors over the pattern, with handles: the middle moves, the rims change the radii. */
export function DetectorMarks({
  place,
  detectors,
  active,
}: {
  readonly place: Place;
  readonly detectors: readonly VirtualDetector[];
  readonly active: number;
}) {
  return (
    <g>
      {detectors.map((detector) => (
        <DetectorMark key={detector.id} place={place} detector={detector} chosen={detector.id === active} />
      ))}
    </g>
  );
}

function DetectorMark({
  place,
  detector: { id, name, x, y, inner, outer },
  chosen,
}: {
  readonly place: Place;
  readonly detector: VirtualDetector;
  readonly chosen: boolean;
}) {
  const [cx, cy] = place.at(x, y);
  const [r0, r1] = [inner * place.zoom, outer * place.zoom];
  const colour = detectorColour(id);
  const ring = `M${cx - r1} ${cy}a${r1} ${r1} 0 1 0 ${2 * r1} 0a${r1} ${r1} 0 1 0 ${-2 * r1} 0Z`;
  const hole =
    r0 > 0 ? `M${cx - r0} ${cy}a${r0} ${r0} 0 1 0 ${2 * r0} 0a${r0} ${r0} 0 1 0 ${-2 * r0} 0Z` : "";
  return (
    <g class={chosen ? "detector chosen" : "detector"} style={{ "--detector": colour }} data-detector={id}>
      <path d={ring + hole} fill-rule="evenodd" class="area" />
      <circle cx={cx} cy={cy} r={r1} class="rim" />
      {r0 > 0 && <circle cx={cx} cy={cy} r={r0} class="rim" />}
      {chosen && (
        <>
          <circle cx={cx} cy={cy} r={r1} class="grip rim-grip" data-handle={`${id}/outer`} />
          {r0 > 0 && <circle cx={cx} cy={cy} r={r0} class="grip rim-grip" data-handle={`${id}/inner`} />}
          <circle
            cx={cx}
            cy={cy}
            r={Math.max(12, Math.min(r1 - 6, r0 > 0 ? 14 : r1 - 6))}
            class="grip"
            data-handle={`${id}/middle`}
          />
          <path d={`M${cx - 5} ${cy}h10M${cx} ${cy - 5}v10`} class="middle" />
        </>
      )}
      <text x={cx + r1 * 0.71 + 5} y={cy - r1 * 0.71 - 3} class="name">
        {name}
      </text>
    </g>
  );
}
