import { useComputed } from "@preact/signals";
import type { Place } from "../canvas/image-view.tsx";
import { recipes } from "../state/history.ts";
import { selection } from "../state/selection.ts";

/** The cursor as a cross that leaves its pixel free, the pointer's thin cross, and the pins with their letters. */
export function ScanMarks({ place, item }: { readonly place: Place; readonly item: string }) {
  const pins = useComputed(() => recipes.value[item]?.pins ?? []);
  const cursor = selection.cursor.value;
  const hover = selection.hover.value;
  return (
    <g>
      {hover && <Cross place={place} x={hover.x} y={hover.y} kind="hover" />}
      <Cross place={place} x={cursor.x} y={cursor.y} kind="cursor" />
      {pins.value.map(({ name, x, y }) => {
        const [px, py] = place.at(x, y);
        return (
          <g key={name} class="pin" transform={`translate(${px} ${py})`}>
            <circle r={4.5} />
            <text x={7} y={-5}>
              {name}
            </text>
          </g>
        );
      })}
    </g>
  );
}

function Cross({ place, x, y, kind }: { place: Place; x: number; y: number; kind: "hover" | "cursor" }) {
  const [px, py] = place.at(x, y);
  const gap = Math.max(4, place.zoom / 2 + 1.5);
  const arm = gap + (kind === "hover" ? 5 : 9);
  const d = `M${px - arm} ${py}H${px - gap}M${px + gap} ${py}H${px + arm}M${px} ${py - arm}V${py - gap}M${px} ${py + gap}V${py + arm}`;
  return (
    <g class={`cross ${kind}`} data-x={x} data-y={y}>
      <path class="under" d={d} />
      <path class="over" d={d} />
    </g>
  );
}
