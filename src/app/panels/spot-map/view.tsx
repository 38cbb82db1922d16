import { effect, useComputed } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { PointList } from "../../../core/contracts.ts";
import { SCALE_WORDS } from "../../../figures/colour-scale.ts";
import { numberText } from "../../../figures/number-text.ts";
import type { Display } from "../../canvas/display.ts";
import { type Picture, ViewControl } from "../../canvas/image-view.tsx";
import { contrastOf, showPicture } from "../../state/contrast.ts";
import { keyOf } from "../../state/items.ts";
import { keptBox } from "../../state/kept-box.ts";
import { spotLists } from "../../state/spot-lists.ts";
import { pixelSizeOf } from "../axis-words.ts";
import { setState } from "../contract.ts";
import { cursorActions } from "../cursor-keys.ts";
import { KeptLines, lineToolOf, MeasureBar, measureActions } from "../measure.tsx";
import type { PanelProps } from "../mount.tsx";
import { displayOf, LookTools, type PictureLook, viewActions } from "../picture-tools.tsx";
import { ScanView, useScanReading } from "../scan-view.tsx";
import { PROGRAM, pictureExporter, pinMarks } from "../seen.ts";

export interface SpotMapLook extends PictureLook {
  readonly shows: "count" | "intensity";
}

const NAMES = { count: "spots", intensity: "sum of intensities" } as const;

/** How many spots each point of a scan has, or how strong they are together. */
export function SpotMapView({
  host,
  item,
  view,
  change,
  actions,
  figure,
}: PanelProps<SpotMapLook, PointList>) {
  const axes = item.navigation;
  const [height, width] = axes.map(({ size }) => size) as [number, number];
  const key = keyOf(item);
  const lists = useMemo(() => spotLists(item), [item]);
  const contrast = contrastOf("spot-map");
  const box = keptBox("spot-map", width, height);
  const control = useMemo(() => new ViewControl(box), [box]);
  const line = lineToolOf("navigator");
  const values = useComputed(() => lists.summary.value?.[view.value.shows]);
  const picture = useComputed<Picture | undefined>(
    () => values.value && { width, height, values: values.value },
  );
  const display = useComputed<Display | undefined>(() => displayOf(view.value, contrast, values.value));
  const unit = useComputed(() => "1");
  useEffect(() => showPicture("spot-map", { title: "Navigator", values, unit, display, contrast }), [item]);
  const pixel = useComputed(() => pixelSizeOf(axes));
  const summary = useComputed(
    () =>
      `Map of ${NAMES[view.value.shows]}, ${width} by ${height} points, ${lists.summary.value?.total ?? 0} spots.`,
  );
  useEffect(
    () =>
      effect(() => {
        const error = lists.error.value;
        if (error) setState(host, error.state, error.message);
        else if (lists.summary.value) setState(host, "ready");
        else setState(host, "loading", `${Math.round(100 * lists.share.value)} %`);
      }),
    [lists],
  );
  useScanReading(item, axes, (x, y) => {
    const value = values.value?.[y * width + x];
    return value === undefined ? "" : `${NAMES[view.value.shows]} ${numberText(value)}`;
  });
  Object.assign(
    actions,
    viewActions(
      control,
      () => view.peek(),
      (look) => change({ ...view.peek(), ...look }),
      contrast,
      display,
    ),
    cursorActions(width, height),
    measureActions(line, width, height),
  );
  figure.now = pictureExporter(() => {
    const [shown, how] = [values.peek(), display.peek()];
    if (!shown || !how) return undefined;
    const what = NAMES[view.peek().shows];
    const range = `${numberText(how.low)} to ${numberText(how.high)}`;
    return {
      title: `${what}, ${item.title}`,
      ...{ width, height, display: how, arrows: true, pixel: pixelSizeOf(axes), marks: pinMarks(key) },
      window: control.window({ width, height }),
      caption: `Map of ${what} at each point. Colours (${how.colours}) from ${range}, ${SCALE_WORDS[how.scale]}.`,
      methods: `${what} of ${item.title}, shown with ${PROGRAM}.`,
      values: [{ name: what, unit: "1", values: shown }],
    };
  });
  return (
    <div class="panel-body">
      <div class="tools">
        <select
          aria-label="what is shown"
          data-command="spot-map.shows"
          value={view.value.shows}
          onChange={(event) =>
            change({ ...view.peek(), shows: event.currentTarget.value as SpotMapLook["shows"] })
          }
        >
          {Object.entries(NAMES).map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        <LookTools
          look={view.value}
          change={(look) => change({ ...view.peek(), ...look })}
          display={display}
          contrast={contrast}
        />
        {lists.error.value && <span class="wrong">{lists.error.value.message}</span>}
        {!lists.summary.value && !lists.error.value && (
          <span class="chip">counting, {Math.round(100 * lists.share.value)} %</span>
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
