import type { Axis } from "../../core/contracts.ts";
import { numberText } from "../../figures/number-text.ts";
import { navigationPlace, selection } from "../state/selection.ts";
import { unitWords } from "./axis-words.ts";

/** Goes to a place along one navigation axis: the last two are the cursor's, those before have their own. */
export function goAlong(axes: readonly Axis[], index: number, to: number): void {
  const { name, size } = axes[index]!;
  const at = Math.max(0, Math.min(size - 1, to));
  selection.hover.value = undefined;
  const { x, y } = selection.cursor.peek();
  if (index === axes.length - 1) selection.cursor.value = { x: at, y };
  else if (index === axes.length - 2) selection.cursor.value = { x, y: at };
  else selection.slices.value = { ...selection.slices.peek(), [name]: at };
}

/** "1.5 s": where a place of an axis is, in its unit; empty where it has none. */
export function placeAlong({ unit, values, offset, scale }: Axis, at: number): string {
  if (unit === "px") return "";
  return `${numberText(values?.[at] ?? offset + scale * at, 5)} ${unitWords(unit)}`;
}

/** A slider for each navigation axis that no picture of the scan moves along. */
export function AxisSliders({
  axes,
  navigator,
}: {
  readonly axes: readonly Axis[];
  readonly navigator: boolean;
}) {
  const place = navigationPlace(axes);
  const count = navigator ? axes.length - 2 : axes.length;
  return (
    <>
      {axes.slice(0, count).map((axis, i) =>
        axis.size < 2 ? null : (
          <label key={axis.name} class="tool slider">
            <span>{axis.name}</span>
            <input
              type="range"
              data-command="slice.go"
              data-axis={axis.name}
              min={0}
              max={axis.size - 1}
              value={place[i]}
              aria-valuetext={`${place[i]! + 1} of ${axis.size} ${placeAlong(axis, place[i]!)}`}
              onInput={(event) => goAlong(axes, i, Number(event.currentTarget.value))}
            />
            <span class="range">
              {place[i]! + 1} of {axis.size} {placeAlong(axis, place[i]!)}
            </span>
          </label>
        ),
      )}
    </>
  );
}
