import { effect, useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Signal } from "../../../core/contracts.ts";
import { numberText } from "../../../figures/number-text.ts";
import type { Display } from "../../canvas/display.ts";
import { ImageView, type Picture, type Place, type Point, ViewControl } from "../../canvas/image-view.tsx";
import { contrastOf, showPicture } from "../../state/contrast.ts";
import { frameCache } from "../../state/frame-cache.ts";
import { recipes } from "../../state/history.ts";
import { keyOf } from "../../state/items.ts";
import { keptBox } from "../../state/kept-box.ts";
import { looks } from "../../state/scan-image.ts";
import { lookedAt, type ScanPoint, selection } from "../../state/selection.ts";
import { pixelSizeOf, signalAxes } from "../axis-words.ts";
import { moveActions, pixelAt } from "../cursor-keys.ts";
import { KeptLines, lineToolOf, MeasureBar, measureActions } from "../measure.tsx";
import type { PanelProps } from "../mount.tsx";
import { displayOf, LookTools, type PictureLook, viewActions } from "../picture-tools.tsx";
import { pictureExporter } from "../seen.ts";
import { useReading } from "../use-reading.ts";
import { DetectorMarks } from "./detector-marks.tsx";
import { DetectorTools } from "./detector-tools.tsx";
import { addDetector, changeActive, deleteActive, dragDetector } from "./detectors.ts";
import { seenPattern } from "./seen-pattern.ts";

export interface PatternLook extends PictureLook {
  readonly source: "point" | "mean";
}

/** The diffraction pattern under the pointer or at the cursor, with the virtual detectors. */
export function PatternView({ host, item, view, change, actions, figure }: PanelProps<PatternLook, Signal>) {
  const key = keyOf(item);
  const axes = signalAxes(item);
  const [height, width] = axes.map(({ size }) => size) as [number, number];
  const point = useReading(
    host,
    item,
    () => lookedAt.value,
    () => {
      const read = frameCache(item);
      return ({ x, y }) => read([y, x]);
    },
  );
  const under = useSignal<Point | undefined>(undefined);
  const contrast = contrastOf("pattern");
  const box = keptBox("pattern", width, height);
  const control = useMemo(() => new ViewControl(box), [box]);
  const line = lineToolOf("pattern");
  const picture = useComputed<Picture | undefined>(() => {
    const values = view.value.source === "mean" ? looks.value[key]?.mean : point.value?.value;
    return values && { values, width, height };
  });
  const shownValues = useComputed(() => picture.value?.values);
  const display = useComputed<Display | undefined>(() => displayOf(view.value, contrast, shownValues.value));
  const unit = useComputed(() => item.value.unit);
  useEffect(
    () => showPicture("pattern", { title: "Pattern", values: shownValues, unit, display, contrast }),
    [item],
  );
  const pixel = useComputed(() => pixelSizeOf(axes));
  const summary = useComputed(() => {
    const at = point.value?.at;
    return at
      ? `Pattern at scan point ${at.x}, ${at.y}, ${width} by ${height} pixels.`
      : "Pattern, being read.";
  });
  useEffect(
    () =>
      effect(() => {
        const at = pixelAt(under.value, { width, height });
        const values = picture.value?.values;
        if (!at || !values) return;
        const [ay, ax] = axes;
        const q =
          ax!.unit === "px" ? "" : ` · ${reach(at, key, ax!.scale, ay!.scale)} ${ax!.unit} from the beam`;
        const value = numberText(values[at.y * width + at.x]!);
        selection.reading.value = `kx ${at.x}  ky ${at.y} px${q} · ${value} ${item.value.unit === "1" ? "" : item.value.unit}`;
      }),
    [item],
  );
  const move = (dx: number, dy: number) =>
    changeActive(key, "Move", (d) => ({ ...d, x: d.x + dx, y: d.y + dy }));
  const grow = (part: "inner" | "outer", by: number) => () =>
    changeActive(key, "Resize", (d) => ({
      ...d,
      [part]: d[part] + (part === "inner" && d.inner === 0 ? 0 : by),
    }));
  Object.assign(
    actions,
    viewActions(
      control,
      () => view.peek(),
      (look) => change({ ...view.peek(), ...look }),
      contrast,
      display,
    ),
    moveActions(move),
    measureActions(line, width, height),
    {
      "detector.smaller": grow("outer", -1),
      "detector.larger": grow("outer", 1),
      "detector.inner-smaller": grow("inner", -1),
      "detector.inner-larger": grow("inner", 1),
      "detector.delete": () => deleteActive(key),
      "detector.add-disc": () => addDetector(key, "disc", Math.min(width, height)),
      "detector.add-ring": () => addDetector(key, "ring", Math.min(width, height)),
      "pattern.mean": () =>
        change({ ...view.peek(), source: view.peek().source === "mean" ? "point" : "mean" }),
    },
  );
  figure.now = pictureExporter(() => {
    const how = display.peek();
    const values = picture.peek()?.values;
    if (!how || !values) return undefined;
    const where = view.peek().source === "mean" ? undefined : point.peek()?.at;
    return seenPattern(item, { values, at: where, display: how, window: control.window({ width, height }) });
  });
  const at = point.value?.at;
  return (
    <div class="panel-body">
      <div class="tools">
        <label class="tool">
          <span class="spoken">which pattern</span>
          <select
            data-command="pattern.mean"
            value={view.value.source}
            onChange={(event) =>
              change({ ...view.peek(), source: event.currentTarget.value as PatternLook["source"] })
            }
          >
            <option value="point">{at ? `at ${at.x}, ${at.y}` : "at the cursor"}</option>
            <option value="mean">mean of all</option>
          </select>
        </label>
        <LookTools
          look={view.value}
          change={(look) => change({ ...view.peek(), ...look })}
          display={display}
          contrast={contrast}
        />
      </div>
      <ImageView
        name={`Diffraction pattern of ${item.title}`}
        summary={summary}
        picture={picture}
        display={display}
        pixel={pixel}
        view={control}
        line={line}
        onHover={(where) => {
          under.value = where;
        }}
        onHandle={(handle, where, done) =>
          dragDetector(key, handle, where.x, where.y, done ? "ends" : "goes on")
        }
      >
        {(place: Place) => (
          <>
            <Detectors place={place} item={key} />
            <KeptLines place={place} item={key} over="signal" />
          </>
        )}
      </ImageView>
      <MeasureBar tool={line} over="signal" {...{ item, pixel, picture }} />
      <DetectorTools scan={item} item={key} size={Math.min(width, height)} />
    </div>
  );
}

function Detectors({ place, item }: { readonly place: Place; readonly item: string }) {
  const recipe = recipes.value[item];
  if (!recipe) return null;
  return <DetectorMarks place={place} detectors={recipe.detectors} active={recipe.active} />;
}

/** Distance from the beam, which the first detector sits on. */
function reach(at: ScanPoint, key: string, scaleX: number, scaleY: number): string {
  const centre = looks.value[key]?.centre ?? [0, 0];
  return numberText(Math.hypot((at.x - centre[0]) * scaleX, (at.y - centre[1]) * scaleY));
}
