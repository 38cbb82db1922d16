import {
  type ReadonlySignal,
  type Signal as State,
  useComputed,
  useSignal,
  useSignalEffect,
} from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { theme } from "../state/theme.ts";
import { numbersWidth, PlotAxes, type PlotLabel, tickCount, ticksOf } from "./plot-axes.tsx";
import { type Curve, drawCurve, drawnCurve, nearestRow } from "./plot-curves.ts";
import { equalSpans, type Frame, movedSpan, type Span, spanOf, zoomedSpan } from "./plot-range.ts";
import { spaceHeld } from "./space-held.ts";
import "./plot-view.css";

/** Ranges that somebody chose; undefined where all of the data is shown. */
export interface PlotRanges {
  readonly across: State<Span | undefined>;
  readonly up: State<Span | undefined>;
}

/** What keys and buttons do to a plot; filled by the component. */
export interface PlotControl {
  zoom(factor: number): void;
  fit(): void;
}

interface PlotViewProps {
  readonly name: string;
  readonly summary: ReadonlySignal<string>;
  readonly curves: ReadonlySignal<readonly Curve[]>;
  readonly x: ReadonlySignal<PlotLabel>;
  readonly y: ReadonlySignal<PlotLabel>;
  /** A unit is as long across as up. */
  readonly equal: ReadonlySignal<boolean>;
  readonly ranges: PlotRanges;
  /** Rows that are marked. */
  readonly cursor: ReadonlySignal<number | undefined>;
  readonly hover: ReadonlySignal<number | undefined>;
  readonly onHover: (row: number | undefined) => void;
  readonly onPick: (row: number) => void;
  readonly control: PlotControl;
  /** False for a strip above another that shares its axis across. */
  readonly names?: boolean;
  /** Room for the numbers at the left of each strip that stands with this one; they share the largest [CSS px]. */
  readonly edges?: State<readonly number[]>;
  /** Which of them this is. */
  readonly strip?: number;
}

/** Lines over a pair of axes, with zoom, pan, and a cursor that goes from row to row. */
export function PlotView(props: PlotViewProps) {
  const { ranges, names = true } = props;
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const room = useSignal({ width: 1, height: 1, letter: 12 });
  const drawn = useComputed(() =>
    props.curves.value.map((curve) => drawnCurve(curve, props.x.value.log, props.y.value.log)),
  );
  const whole = useComputed(() => ({
    x: spanOf(
      drawn.value.map(({ x }) => x),
      drawn.value.every(({ ordered }) => ordered) ? 0 : 0.04,
    ),
    y: spanOf(drawn.value.map(({ y }) => y)),
  }));
  const inner = useComputed(() => {
    const { height, letter } = room.value;
    return Math.max(10, height - 0.6 * letter - (names ? 3 * letter : 0.6 * letter));
  });
  const numbers = useComputed(() => {
    const y = ranges.up.value ?? whole.value.y;
    const { letter } = room.value;
    return numbersWidth(ticksOf(props.y.value, y, tickCount(inner.value, letter)), letter);
  });
  useSignalEffect(() => {
    const { edges, strip = 0 } = props;
    const width = numbers.value;
    if (edges && edges.peek()[strip] !== width)
      edges.value = Object.assign([...edges.peek()], { [strip]: width });
  });
  const box = useComputed(() => {
    const { width, letter } = room.value;
    const [x, y] = [ranges.across.value ?? whole.value.x, ranges.up.value ?? whole.value.y];
    const top = 0.6 * letter;
    const left = 2.2 * letter + Math.max(numbers.value, ...(props.edges?.value ?? []));
    const frame: Frame = { left, top, width: Math.max(10, width - left - 1.2 * letter), height: inner.value };
    return { frame, ...(props.equal.value ? equalSpans(x, y, frame) : { x, y }) };
  });

  useEffect(() => {
    const element = host.current!;
    const watch = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect;
      const root = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      room.value = { width: Math.max(1, width), height: Math.max(1, height), letter: 0.75 * root };
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  useSignalEffect(() => {
    const { frame, x, y } = box.value;
    const { width, height } = room.value;
    const into = canvas.current!;
    const dpr = devicePixelRatio || 1;
    into.width = Math.round(width * dpr);
    into.height = Math.round(height * dpr);
    const context = into.getContext("2d")!;
    context.setTransform(dpr, 0, 0, dpr, 0, 0);
    context.beginPath();
    context.rect(frame.left, frame.top, frame.width, frame.height);
    context.clip();
    // Colours that are variables of the style sheet follow the theme.
    const style = theme.value && getComputedStyle(host.current!);
    for (const curve of drawn.value) {
      const named = /^var\((.*)\)$/.exec(curve.colour)?.[1];
      const colour = named ? style.getPropertyValue(named) : curve.colour;
      drawCurve(context, { ...curve, colour }, frame, x, y);
    }
  });

  const placeOf = (event: MouseEvent) => {
    const { frame, x, y } = box.peek();
    const { left, top } = host.current!.getBoundingClientRect();
    const across = (event.clientX - left - frame.left) / frame.width;
    const up = 1 - (event.clientY - top - frame.top) / frame.height;
    return { x: x.low + across * (x.high - x.low), y: y.low + up * (y.high - y.low) };
  };
  const rowOf = (event: MouseEvent) => {
    const { frame, x, y } = box.peek();
    return nearestRow(drawn.peek(), frame, x, y, placeOf(event));
  };
  const zoom = (factor: number, at: { x: number; y: number }, only?: "x" | "y") => {
    const { x, y } = box.peek();
    if (only !== "y" || props.equal.peek()) ranges.across.value = zoomedSpan(x, factor, at.x);
    if (only !== "x" || props.equal.peek()) ranges.up.value = zoomedSpan(y, factor, at.y);
  };
  props.control.zoom = (factor) => {
    const { x, y } = box.peek();
    zoom(factor, { x: (x.low + x.high) / 2, y: (y.low + y.high) / 2 });
  };
  props.control.fit = () => {
    ranges.across.value = undefined;
    ranges.up.value = undefined;
  };
  const drag = useRef<"pan" | "pick" | undefined>(undefined);
  const onPointerDown = (event: PointerEvent) => {
    if (event.button > 1) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    drag.current = event.button === 1 || spaceHeld() ? "pan" : "pick";
    const row = drag.current === "pick" ? rowOf(event) : undefined;
    if (row !== undefined) props.onPick(row);
  };
  const onPointerMove = (event: PointerEvent) => {
    if (drag.current === "pan") {
      const { frame, x, y } = box.peek();
      ranges.across.value = movedSpan(x, -event.movementX / frame.width);
      ranges.up.value = movedSpan(y, event.movementY / frame.height);
      return;
    }
    const row = rowOf(event);
    if (drag.current === "pick" && row !== undefined) props.onPick(row);
    else props.onHover(row);
  };
  useEffect(() => {
    const element = host.current!;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const turn = event.deltaY || event.deltaX;
      const only = event.shiftKey ? "x" : event.altKey ? "y" : undefined;
      zoom(Math.exp(-turn / (event.deltaMode === 0 ? 400 : 20)), placeOf(event), only);
    };
    // Passive listeners could not keep the page from scrolling.
    element.addEventListener("wheel", onWheel, { passive: false });
    const onDouble = () => props.control.fit();
    element.addEventListener("dblclick", onDouble);
    return () => {
      element.removeEventListener("wheel", onWheel);
      element.removeEventListener("dblclick", onDouble);
    };
  }, []);

  return (
    <div
      ref={host}
      class="plot-view"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        drag.current = undefined;
      }}
      onPointerCancel={() => {
        drag.current = undefined;
      }}
      onPointerLeave={() => props.onHover(undefined)}
    >
      <canvas ref={canvas} role="img" aria-label={props.name} />
      <p class="spoken">{props.summary}</p>
      <svg class="overlay" aria-hidden="true">
        <Overlay {...{ box, drawn, room, names }} props={props} />
      </svg>
    </div>
  );
}

function Overlay({
  box,
  drawn,
  room,
  names,
  props,
}: {
  readonly box: ReadonlySignal<{ frame: Frame; x: Span; y: Span }>;
  readonly drawn: ReadonlySignal<readonly ReturnType<typeof drawnCurve>[]>;
  readonly room: ReadonlySignal<{ letter: number }>;
  readonly names: boolean;
  readonly props: PlotViewProps;
}) {
  const { frame, x, y } = box.value;
  const { letter } = room.value;
  if (drawn.value.length === 0) return null;
  const marks = (row: number | undefined) =>
    row === undefined
      ? []
      : drawn.value.flatMap((curve) => {
          const i = row - curve.first;
          if (curve.sampled || !(i >= 0 && i < curve.x.length)) return [];
          const px = frame.left + (frame.width * (curve.x[i]! - x.low)) / (x.high - x.low);
          const py = frame.top + frame.height * (1 - (curve.y[i]! - y.low) / (y.high - y.low));
          const inside = px >= frame.left - 1 && px <= frame.left + frame.width + 1;
          return inside && Number.isFinite(px) ? [{ px, py, colour: curve.colour }] : [];
        });
  const line = (row: number | undefined, kind: string) => {
    const [first] = marks(row);
    return first && <path class={kind} d={`M${first.px} ${frame.top}v${frame.height}`} />;
  };
  return (
    <>
      <PlotAxes
        frame={frame}
        letter={letter}
        x={{ label: props.x.value, span: x }}
        y={{ label: props.y.value, span: y }}
        names={names}
      />
      {line(props.hover.value, "hover-line")}
      {line(props.cursor.value, "cursor-line")}
      {marks(props.cursor.value).map(({ px, py, colour }) => (
        <circle key={colour} class="cursor-mark" cx={px} cy={py} r={4.5} />
      ))}
    </>
  );
}
