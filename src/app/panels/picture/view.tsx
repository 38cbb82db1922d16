import { effect, useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Numeric, Signal } from "../../../core/contracts.ts";
import { numberText } from "../../../figures/number-text.ts";
import type { Display } from "../../canvas/display.ts";
import { ImageView, type Picture, type Place, type Point, ViewControl } from "../../canvas/image-view.tsx";
import { contrastOf, showPicture } from "../../state/contrast.ts";
import { frameCache } from "../../state/frame-cache.ts";
import { keyOf } from "../../state/items.ts";
import { keptBox } from "../../state/kept-box.ts";
import { navigationPlace, selection } from "../../state/selection.ts";
import { pixelSizeOf, placeWords } from "../axis-words.ts";
import { moveActions, pixelAt } from "../cursor-keys.ts";
import { KeptLines, lineToolOf, MeasureBar, measureActions } from "../measure.tsx";
import type { PanelProps } from "../mount.tsx";
import { displayOf, LookTools, moveViewActions, type PictureLook, viewActions } from "../picture-tools.tsx";
import { pictureExporter } from "../seen.ts";
import { AxisSliders, goAlong, placeAlong } from "../sliders.tsx";
import { useReading } from "../use-reading.ts";
import { frameAxes } from "./frame-axes.ts";
import { timeWords, useFrameTimes } from "./frame-times.ts";
import { COMPLEX_PARTS, type ComplexPart, complexPart, pixelNumbers } from "./parts.ts";
import { PlayerTools, usePlayer } from "./player.tsx";
import { seenPicture } from "./seen-picture.ts";
import "./picture.css";

export interface FrameLook extends PictureLook {
  readonly part: ComplexPart;
}

/** An image, or the frame of a stack that is looked at. */
export function PictureView({ host, item, view, change, actions, figure }: PanelProps<FrameLook, Signal>) {
  const axes = useMemo(() => frameAxes(item)!, [item]);
  const { over, x, y } = axes;
  const [width, height] = [x.size, y.size];
  const complex = item.dtype.startsWith("c");
  const coloured = item.dtype === "rgb8";
  const read = useReading(
    host,
    item,
    () => navigationPlace(over),
    () => frameCache(item, 2),
  );
  const under = useSignal<Point | undefined>(undefined);
  const spot = useSignal<Point | undefined>(undefined);
  const contrast = contrastOf("picture");
  const box = keptBox("picture", width, height);
  const control = useMemo(() => new ViewControl(box), [box]);
  const line = lineToolOf("picture");
  const asked = useComputed(() => navigationPlace(over));
  const times = useFrameTimes(item, over.at(-1));
  const player = usePlayer(over, times, () => read.peek()?.at.join() === asked.peek().join());

  const numbers = useComputed<Numeric | undefined>(() => {
    const values = read.value?.value;
    return values && complex ? complexPart(values, view.value.part) : values;
  });
  const picture = useComputed<Picture | undefined>(() => {
    const values = numbers.value;
    if (!values) return undefined;
    return coloured ? { width, height, rgb: values as Uint8Array } : { width, height, values };
  });
  const display = useComputed<Display | undefined>(() => {
    const values = numbers.value;
    if (coloured || !values) return undefined;
    // An angle has its own colours, all the way round.
    if (complex && view.value.part === "phase")
      return { colours: "cyclic", scale: "linear", low: -180, high: 180 };
    return displayOf(view.value, contrast, values);
  });
  const unit = useComputed(() => (complex && view.value.part === "phase" ? "deg" : item.value.unit));
  useEffect(() => {
    if (coloured) return;
    return showPicture("picture", { title: "Picture", values: numbers, unit, display, contrast });
  }, [item]);
  const pixel = useComputed(() => pixelSizeOf([y, x]));
  const place = useComputed(() => {
    const at = asked.value;
    const each = over.map((axis, i) => {
      const where = placeAlong(axis, at[i]!);
      return `${axis.name} ${at[i]! + 1} of ${axis.size}${where && `, ${where}`}`;
    });
    const when = times.value && over.length > 0 ? timeWords(times.value, at.at(-1)!) : "";
    return { each: each.join("; "), when };
  });
  const summary = useComputed(() => `${item.title}, ${width} by ${height} pixels. ${place.value.each}`);
  useEffect(
    () =>
      effect(() => {
        const at = pixelAt(under.value ?? spot.value, { width, height });
        const values = read.value?.value;
        if (!at || !values) return;
        const found = pixelNumbers(values, item.dtype, at.y * width + at.x).map((v) => numberText(v, 5));
        const value = complex ? `${found[0]} + ${found[1]} i` : found.join(", ");
        const where =
          x.unit === y.unit
            ? placeWords([y, x], at.x, at.y)
            : [placeAlong(x, at.x), placeAlong(y, at.y)].filter(Boolean).join(", ");
        const of = item.value.unit === "1" ? "" : ` ${item.value.unit}`;
        selection.reading.value = [`x ${at.x}  y ${at.y} px`, where, `${value}${of}`]
          .filter(Boolean)
          .join(" · ");
      }),
    [item],
  );
  const move = (dx: number, dy: number) => {
    const { x: px, y: py } = spot.peek() ?? { x: width >> 1, y: height >> 1 };
    under.value = undefined;
    spot.value = {
      x: Math.max(0, Math.min(width - 1, px + dx)),
      y: Math.max(0, Math.min(height - 1, py + dy)),
    };
  };
  Object.assign(
    actions,
    coloured
      ? moveViewActions(control)
      : viewActions(
          control,
          () => view.peek(),
          (look) => change({ ...view.peek(), ...look }),
          contrast,
          display,
        ),
    moveActions(move),
    measureActions(line, width, height),
    player?.actions,
  );
  figure.now = pictureExporter(() => {
    const values = numbers.peek();
    if (!values) return undefined;
    const words = [place.peek().each, place.peek().when].filter(Boolean).join(", ");
    const quantity = complex ? view.peek().part : item.value.name;
    const how = display.peek();
    return seenPicture(item, {
      ...{ values, display: how, quantity, place: words, marks: [] },
      window: control.window({ width, height }),
    });
  });
  const spectra = y.role === "nav";
  return (
    <div class="panel-body">
      <div class="tools">
        {complex && (
          <label class="tool">
            <span class="spoken">part of complex numbers</span>
            <select
              data-command="picture.part"
              value={view.value.part}
              onChange={(event) => change({ ...view.peek(), part: event.currentTarget.value as ComplexPart })}
            >
              {COMPLEX_PARTS.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        )}
        {!coloured && (
          <LookTools
            look={view.value}
            change={(look) => change({ ...view.peek(), ...look })}
            display={display}
            contrast={contrast}
          />
        )}
      </div>
      <ImageView
        name={`Picture of ${item.title}`}
        summary={summary}
        picture={picture}
        display={display}
        pixel={pixel}
        view={control}
        line={line}
        onHover={(point) => {
          under.value = point;
        }}
        onPress={(point) => {
          under.value = undefined;
          spot.value = pixelAt(point, { width, height });
          // Rows of a picture of spectra are places.
          if (!spectra) return;
          goAlong([y], 0, Math.round(point.y));
          selection.row.value = Math.max(0, Math.min(width - 1, Math.round(point.x)));
        }}
      >
        {(at: Place) => (
          <>
            <Spot place={at} spot={spot.value} />
            <KeptLines place={at} item={keyOf(item)} over={x.role} />
          </>
        )}
      </ImageView>
      <MeasureBar tool={line} over={x.role} {...{ item, pixel, picture }} />
      {over.length > 0 && (
        <div class="tools below">
          {player && <PlayerTools player={player} />}
          <AxisSliders axes={over} navigator={false} />
          <span data-picture="time">{place.value.when}</span>
        </div>
      )}
    </div>
  );
}

/** A cross that leaves its pixel free. */
function Spot({ place, spot }: { readonly place: Place; readonly spot: Point | undefined }) {
  if (!spot) return null;
  const [x, y] = place.at(spot.x, spot.y);
  const gap = Math.max(4, place.zoom / 2 + 1.5);
  const d = `M${x - gap - 9} ${y}h9M${x + gap} ${y}h9M${x} ${y - gap - 9}v9M${x} ${y + gap}v9`;
  return (
    <g class="cross cursor">
      <path class="under" d={d} />
      <path class="over" d={d} />
    </g>
  );
}
