import { effect, useComputed } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Signal } from "../../../core/contracts.ts";
import { numberText } from "../../../figures/number-text.ts";
import type { Display } from "../../canvas/display.ts";
import { type Picture, ViewControl } from "../../canvas/image-view.tsx";
import { contrastOf, showPicture } from "../../state/contrast.ts";
import { keyOf } from "../../state/items.ts";
import { keptBox } from "../../state/kept-box.ts";
import { activeDetector, scanImage } from "../../state/scan-image.ts";
import { selection } from "../../state/selection.ts";
import { pixelSizeOf, scanAxes } from "../axis-words.ts";
import { setState } from "../contract.ts";
import { cursorActions } from "../cursor-keys.ts";
import { KeptLines, lineToolOf, MeasureBar, measureActions } from "../measure.tsx";
import type { PanelProps } from "../mount.tsx";
import { displayOf, LookTools, type PictureLook, viewActions } from "../picture-tools.tsx";
import { ScanView, useScanReading } from "../scan-view.tsx";
import { pictureExporter, pinMarks } from "../seen.ts";
import { seenImage } from "./seen-image.ts";

/** The picture over the scan: the sum over the active virtual detector at every point. */
export function NavigatorView({
  host,
  item,
  view,
  change,
  actions,
  figure,
}: PanelProps<PictureLook, Signal>) {
  const axes = scanAxes(item);
  const [height, width] = axes.map(({ size }) => size) as [number, number];
  const key = keyOf(item);
  const image = useMemo(() => scanImage(item), [item]);
  const contrast = contrastOf("navigator");
  const box = keptBox("navigator", width, height);
  const control = useMemo(() => new ViewControl(box), [box]);
  const line = lineToolOf("navigator");
  const picture = useComputed<Picture | undefined>(() => {
    const values = image.picture.value?.values;
    return values && { values, width, height };
  });
  const shownValues = useComputed(() => image.picture.value?.values);
  const display = useComputed<Display | undefined>(() => displayOf(view.value, contrast, shownValues.value));
  const pixel = useComputed(() => pixelSizeOf(axes));
  const name = useComputed(() => activeDetector(key)?.name ?? "sum");
  const summary = useComputed(
    () =>
      `Virtual image ${name.value}, ${width} by ${height} points, cursor at ${selection.cursor.value.x}, ${selection.cursor.value.y}.`,
  );
  const unit = useComputed(() => item.value.unit);
  useEffect(
    () => showPicture("navigator", { title: "Navigator", values: shownValues, unit, display, contrast }),
    [item],
  );
  useEffect(() => image.start(), [image]);
  useEffect(
    () =>
      effect(() => {
        const { state, progress } = image.state.value;
        setState(host, state, progress);
      }),
    [image, host],
  );
  useScanReading(item, axes, (x, y) => {
    const value = image.picture.value?.values[y * width + x];
    return value === undefined || Number.isNaN(value) ? "not read yet" : `${name.value} ${numberText(value)}`;
  });
  Object.assign(
    actions,
    viewActions(control, () => view.peek(), change, contrast, display),
    cursorActions(width, height),
    measureActions(line, width, height),
  );
  figure.now = pictureExporter(() => {
    const how = display.peek();
    const shown = image.picture.peek();
    if (!how || !shown) return undefined;
    return seenImage(item, {
      detector: activeDetector(key),
      values: shown.values,
      whole: image.state.peek().state === "ready",
      display: how,
      window: control.window({ width, height }),
      marks: pinMarks(key),
    });
  });
  const { words, cost } = image.state.value;
  return (
    <div class="panel-body">
      <div class="tools">
        <span class="tool strong">{name.value}</span>
        <LookTools look={view.value} change={change} display={display} contrast={contrast} />
        {words && (
          <span class="chip" data-chip="navigator">
            {words}
          </span>
        )}
        {cost && (
          <button type="button" data-command="scan.read-all" onClick={() => image.readAll()}>
            {cost}
          </button>
        )}
        {image.reading.value && (
          <button type="button" data-command="task.cancel" onClick={() => image.cancel()}>
            Cancel
          </button>
        )}
      </div>
      <ScanView
        name={`Navigator of ${item.title}`}
        {...{ item, width, height, summary, picture, display, pixel }}
        view={control}
        line={line}
      >
        {(place) => <KeptLines place={place} item={key} over="nav" />}
      </ScanView>
      <MeasureBar tool={line} over="nav" {...{ item, pixel, picture }} />
    </div>
  );
}
