import { effect } from "@preact/signals";
import type { ComponentProps } from "preact";
import { useEffect } from "preact/hooks";
import type { Axis, Item } from "../../core/contracts.ts";
import { ImageView, type Place } from "../canvas/image-view.tsx";
import { keyOf } from "../state/items.ts";
import { inside, lookedAt, selection } from "../state/selection.ts";
import { placeWords } from "./axis-words.ts";
import { pixelAt } from "./cursor-keys.ts";
import { ScanMarks } from "./marks.tsx";

/** A picture over a scan: it shows where the pointer is, a click or a drag moves the cursor, pins lie over it. */
export function ScanView({
  item,
  width,
  height,
  children,
  ...view
}: Omit<ComponentProps<typeof ImageView>, "onHover" | "onPress"> & {
  readonly item: Item;
  readonly width: number;
  readonly height: number;
}) {
  const key = keyOf(item);
  return (
    <ImageView
      {...view}
      onHover={(point) => {
        selection.hover.value = pixelAt(point, { width, height });
      }}
      onPress={(point) => {
        selection.hover.value = undefined;
        selection.cursor.value = inside(point, width, height);
      }}
    >
      {(place: Place) => (
        <>
          {children?.(place)}
          <ScanMarks place={place} item={key} />
        </>
      )}
    </ImageView>
  );
}

/** Keeps the status bar at the point that is looked at: its place, and the value there in words. */
export function useScanReading(
  item: Item,
  axes: readonly Axis[],
  valueWords: (x: number, y: number) => string,
): void {
  useEffect(
    () =>
      effect(() => {
        const { x, y } = lookedAt.value;
        const words = [`x ${x}  y ${y} px`, placeWords(axes, x, y), valueWords(x, y)];
        selection.reading.value = words.filter(Boolean).join(" · ");
      }),
    [item],
  );
}
