import { effect, useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { PointList } from "../../../core/contracts.ts";
import { numberText } from "../../../figures/number-text.ts";
import type { Display } from "../../canvas/display.ts";
import { ImageView, type Picture, type Place, type Point, ViewControl } from "../../canvas/image-view.tsx";
import { contrastOf, showPicture } from "../../state/contrast.ts";
import { keptBox } from "../../state/kept-box.ts";
import { navigationPlace, selection } from "../../state/selection.ts";
import { spotLists } from "../../state/spot-lists.ts";
import { unitWords } from "../axis-words.ts";
import type { PanelProps } from "../mount.tsx";
import { displayOf, LookTools, type PictureLook, viewActions } from "../picture-tools.tsx";
import { useReading } from "../use-reading.ts";
import { ringRadii, type SpotsAt, spotsFigure } from "./figure.ts";
import "./spots.css";

/** Radius of the strongest spot's ring [CSS px]. */
const LARGEST = 11;
const SMALLEST = 3;

/** The spots of the point under the pointer as rings, over the picture of all spots. */
export function SpotsView({ host, item, view, change, actions, figure }: PanelProps<PictureLook, PointList>) {
  const axes = item.navigation;
  const lists = useMemo(() => spotLists(item), [item]);
  const found = useReading(
    host,
    item,
    () => navigationPlace(axes),
    () =>
      async (at: readonly number[]): Promise<SpotsAt> => {
        const flat = at.reduce((sum, place, i) => sum * axes[i]!.size + place, 0);
        const { columns } = await item.points(flat, flat + 1);
        return { at, qx: columns.qx!, qy: columns.qy!, intensity: columns.intensity };
      },
  );
  const under = useSignal<Point | undefined>(undefined);
  const contrast = contrastOf("spots");
  const box = keptBox("spots", 1, 1);
  const control = useMemo(() => new ViewControl(box), [box]);
  const unit = item.columns.find(({ name }) => name === "qx")?.unit ?? "px";
  const side = useComputed(() => lists.summary.value?.side ?? 2);
  const values = useComputed(() => lists.summary.value?.all);
  const picture = useComputed<Picture | undefined>(
    () => values.value && { width: side.value, height: side.value, values: values.value },
  );
  const display = useComputed<Display | undefined>(() => displayOf(view.value, contrast, values.value));
  const countUnit = useComputed(() => "1");
  useEffect(
    () => showPicture("spots", { title: "Spots of all points", values, unit: countUnit, display, contrast }),
    [item],
  );
  /** Length that a pixel of the picture stands for. */
  const step = useComputed(() => (2 * (lists.summary.value?.reach ?? 0)) / (side.value - 1));
  const pixel = useComputed(() => ({ x: step.value || 1, y: step.value || 1, unit }));
  const summary = useComputed(
    () => `${found.value?.value.qx.length ?? 0} spots at ${found.value?.at.toReversed().join(", ") ?? ""}.`,
  );
  useEffect(
    () =>
      effect(() => {
        const point = under.value;
        const reach = lists.summary.value?.reach;
        const now = found.value?.value;
        if (!point || !reach || !now) return;
        const [x, y] = [point.x * step.value - reach, point.y * step.value - reach];
        const i = nearest(now, x, y);
        const of = unitWords(unit);
        const spot =
          i === undefined
            ? ""
            : `spot ${numberText(now.qx[i]!)}, ${numberText(now.qy[i]!)} ${of}, |q| ${numberText(Math.hypot(now.qx[i]!, now.qy[i]!))} ${of}${now.intensity ? `, intensity ${numberText(now.intensity[i]!)}` : ""}`;
        selection.reading.value = [`${numberText(x)}, ${numberText(y)} ${of}`, spot]
          .filter(Boolean)
          .join(" · ");
      }),
    [item],
  );
  Object.assign(
    actions,
    viewActions(control, () => view.peek(), change, contrast, display),
  );
  figure.now = async (paper) => {
    const [seen, shown, how] = [found.peek()?.value, picture.peek(), display.peek()];
    const reach = lists.summary.peek()?.reach;
    if (!seen || !shown?.values || !how || !reach) return undefined;
    return spotsFigure(
      item,
      {
        ...{ at: seen.at, qx: seen.qx, qy: seen.qy, intensity: seen.intensity },
        ...{ all: shown.values, side: shown.width, reach, display: how },
        window: control.window(shown),
      },
      paper,
    );
  };
  const now = found.value?.value;
  return (
    <div class="panel-body">
      <div class="tools">
        <span class="strong" data-spots="count">
          {now ? `${now.qx.length} spots at ${now.at.toReversed().join(", ")}` : "reading"}
        </span>
        <LookTools look={view.value} change={change} display={display} contrast={contrast} />
      </div>
      <ImageView
        name={`Spots of ${item.title}`}
        summary={summary}
        picture={picture}
        display={display}
        pixel={pixel}
        view={control}
        onHover={(point) => {
          under.value = point;
        }}
      >
        {(place: Place) => (
          <Rings place={place} found={now} reach={lists.summary.value?.reach ?? 0} side={side.value} />
        )}
      </ImageView>
    </div>
  );
}

function nearest({ qx, qy }: SpotsAt, x: number, y: number): number | undefined {
  let [best, at]: [number, number | undefined] = [Number.POSITIVE_INFINITY, undefined];
  for (let i = 0; i < qx.length; i++) {
    const away = Math.hypot(qx[i]! - x, qy[i]! - y);
    if (away < best) [best, at] = [away, i];
  }
  return at;
}

/** The spots as rings, the area by intensity. */
function Rings(props: {
  readonly place: Place;
  readonly found: SpotsAt | undefined;
  readonly reach: number;
  readonly side: number;
}) {
  const { place, found, reach, side } = props;
  if (!found || reach === 0) return null;
  const { qx, qy } = found;
  const radii = ringRadii(found, SMALLEST, LARGEST);
  const at = (q: number) => ((q + reach) * (side - 1)) / (2 * reach);
  return (
    <g class="rings">
      {Array.from(qx, (x, i) => {
        const [px, py] = place.at(at(x), at(qy[i]!));
        return <circle key={i} cx={px} cy={py} r={radii[i]} />;
      })}
    </g>
  );
}
