import {
  type ReadonlySignal,
  type Signal as State,
  useComputed,
  useSignal,
  useSignalEffect,
} from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Numeric } from "../../core/contracts.ts";
import { type PixelLength, pixelAspect, type Window } from "../../figures/picture-window.ts";
import type { Line } from "../../math/line-profile.ts";
import { type Display, paint, paintRgb } from "./display.ts";
import { ScaleBarMark } from "./scale-bar-mark.tsx";
import { spaceHeld } from "./space-held.ts";
import { fitBox, toPanel, toPicture, type ViewBox, zoomedAt } from "./view-box.ts";

/** What is drawn: numbers that a display colours, or colours as they are. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly values?: Numeric;
  readonly rgb?: Uint8Array;
}

/** Length of one pixel along x and y, for scale bar and shape of the pixels. */
export type PixelSize = PixelLength;

export interface Place {
  /** Panel coordinates of a picture coordinate. */
  readonly at: (x: number, y: number) => [number, number];
  /** CSS pixels per picture pixel along x. */
  readonly zoom: number;
}

export type Point = { readonly x: number; readonly y: number };

interface ImageViewProps {
  /** Name and one sentence for those who do not see it. */
  readonly name: string;
  readonly summary: ReadonlySignal<string>;
  readonly picture: ReadonlySignal<Picture | undefined>;
  readonly display: ReadonlySignal<Display | undefined>;
  readonly pixel: ReadonlySignal<PixelSize>;
  /** What the panel's keys do to the view; set by this component. */
  readonly view: ViewControl;
  readonly children?: (place: Place) => ComponentChildren;
  readonly onHover?: (point: Point | undefined) => void;
  readonly onPress?: (point: Point) => void;
  /** A drag that began on an element with `data-handle`; `done` on its last call. */
  readonly onHandle?: (handle: string, point: Point, done: boolean) => void;
  /** After a picture is on the canvas. */
  readonly onDrawn?: () => void;
  /** A line that is drawn over the picture, and whether the next drag draws it. */
  readonly line?: LineTool | undefined;
}

/** The line of a picture that is measured. */
export interface LineTool {
  readonly line: State<Line | undefined>;
  readonly drawing: State<boolean>;
}

/** The view of one picture: fitted to the panel until somebody zooms. */
export class ViewControl {
  readonly #box: { value: ViewBox | undefined; peek(): ViewBox | undefined };
  /** The box in use, and the room; set by the component. */
  current: () => { box: ViewBox; width: number; height: number; aspect: number } = () => ({
    box: { zoom: 1, left: 0, top: 0 },
    width: 1,
    height: 1,
    aspect: 1,
  });

  constructor(box: { value: ViewBox | undefined; peek(): ViewBox | undefined }) {
    this.#box = box;
  }

  get box(): ViewBox | undefined {
    return this.#box.value;
  }

  zoomBy(factor: number, x?: number, y?: number): void {
    const { box, width, height } = this.current();
    this.#box.value = zoomedAt(box, factor, x ?? width / 2, y ?? height / 2);
  }

  panBy(dx: number, dy: number): void {
    const { box } = this.current();
    this.#box.value = { ...box, left: box.left + dx, top: box.top + dy };
  }

  /** The part of a picture that is in sight, in its pixels; all of it where none is. */
  window(size: { readonly width: number; readonly height: number }): Window {
    const { box, width, height, aspect } = this.current();
    const part = {
      left: Math.max(0, -box.left / box.zoom),
      top: Math.max(0, -box.top / (box.zoom * aspect)),
      right: Math.min(size.width, (width - box.left) / box.zoom),
      bottom: Math.min(size.height, (height - box.top) / (box.zoom * aspect)),
    };
    const seen = part.right > part.left && part.bottom > part.top;
    return seen ? part : { left: 0, top: 0, right: size.width, bottom: size.height };
  }

  fit(): void {
    this.#box.value = undefined;
  }

  oneToOne(): void {
    const { box, width, height } = this.current();
    this.#box.value = zoomedAt(box, 1 / box.zoom, width / 2, height / 2);
  }
}

/** A picture with zoom, pan and scale bar; what lies over it is SVG in panel coordinates. */
export function ImageView(props: ImageViewProps) {
  const { picture, display, pixel, view } = props;
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const room = useSignal({ width: 1, height: 1 });
  const coloured = useRef(document.createElement("canvas"));
  const memory = useRef<ImageData | undefined>(undefined);
  const aspect = useComputed(() => pixelAspect(pixel.value));
  const box = useComputed(() => {
    const { width = 1, height = 1 } = picture.value ?? {};
    const { width: w, height: h } = room.value;
    return view.box ?? fitBox({ width, height, aspect: aspect.value }, w, h);
  });
  view.current = () => ({ box: box.peek(), ...room.peek(), aspect: aspect.peek() });

  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect;
      room.value = { width: Math.max(1, width), height: Math.max(1, height) };
    });
    watch.observe(host.current!);
    return () => watch.disconnect();
  }, []);

  // Colours are made anew when the numbers or the display change, the picture is placed anew when the view does.
  const painted = useComputed(() => {
    const shown = picture.value;
    const how = display.value;
    const into = coloured.current;
    if (!shown || (shown.values && !how)) return undefined;
    const context = into.getContext("2d")!;
    const { width: w, height: h } = shown;
    // The memory of a picture of this size is used again: clearing it would take as long as colouring.
    const kept = memory.current;
    const data = kept?.width === w && kept.height === h ? kept : context.createImageData(w, h);
    if (data !== kept) {
      into.width = w;
      into.height = h;
      memory.current = data;
    }
    const words = new Uint32Array(data.data.buffer);
    if (shown.rgb) paintRgb(shown.rgb, words);
    else if (shown.values && how) paint(shown.values, how, words);
    context.putImageData(data, 0, 0);
    return { into, stamp: {} };
  });
  useSignalEffect(() => {
    const source = painted.value;
    const { zoom, left, top } = box.value;
    const { width, height } = room.value;
    const into = canvas.current!;
    const dpr = devicePixelRatio || 1;
    into.width = Math.round(width * dpr);
    into.height = Math.round(height * dpr);
    const context = into.getContext("2d")!;
    if (!source) return;
    context.imageSmoothingEnabled = zoom < 1;
    context.setTransform(dpr, 0, 0, dpr, 0, 0);
    const { into: from } = source;
    context.drawImage(from, left, top, from.width * zoom, from.height * zoom * aspect.value);
    props.onDrawn?.();
  });

  const pointOf = (event: PointerEvent | WheelEvent): Point => {
    const { left, top } = host.current!.getBoundingClientRect();
    return toPicture(box.peek(), aspect.peek(), event.clientX - left, event.clientY - top);
  };
  const drag = useRef<{ handle?: string; pan?: boolean; line?: keyof typeof ENDS } | undefined>(undefined);
  const tool = props.line;
  /** Puts an end of the line, or both where it begins. */
  const drawLine = (point: Point, end: keyof typeof ENDS | "both") => {
    const { x, y } = { x: Math.round(point.x * 10) / 10, y: Math.round(point.y * 10) / 10 };
    const now = tool?.line.peek();
    if (end === "both" || !now) tool!.line.value = { x, y, x2: x, y2: y };
    else tool!.line.value = end === "line/start" ? { ...now, x, y } : { ...now, x2: x, y2: y };
  };

  const onPointerDown = (event: PointerEvent) => {
    const handle = (event.target as Element).closest("[data-handle]")?.getAttribute("data-handle");
    const pan = event.button === 1 || (event.button === 0 && spaceHeld());
    if (event.button > 1) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    if (pan) drag.current = { pan };
    else if (tool && handle && handle in ENDS) drag.current = { line: handle as keyof typeof ENDS };
    else if (tool?.drawing.peek()) {
      drawLine(pointOf(event), "both");
      drag.current = { line: "line/end" };
    } else if (handle && props.onHandle) drag.current = { handle };
    else {
      drag.current = {};
      props.onPress?.(pointOf(event));
    }
  };
  const onPointerMove = (event: PointerEvent) => {
    const now = drag.current;
    if (now?.pan) view.panBy(event.movementX, event.movementY);
    else if (now?.line) drawLine(pointOf(event), now.line);
    else if (now?.handle) props.onHandle?.(now.handle, pointOf(event), false);
    else if (now) props.onPress?.(pointOf(event));
    if (!now) props.onHover?.(pointOf(event));
  };
  const onPointerUp = (event: PointerEvent) => {
    if (drag.current?.handle) props.onHandle?.(drag.current.handle, pointOf(event), true);
    if (drag.current?.line) tool!.drawing.value = false;
    drag.current = undefined;
  };
  useEffect(() => {
    const element = host.current!;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const { left, top } = element.getBoundingClientRect();
      const factor = Math.exp(-event.deltaY / (event.deltaMode === 0 ? 400 : 20));
      view.zoomBy(factor, event.clientX - left, event.clientY - top);
    };
    // Passive listeners could not keep the page from scrolling.
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, []);

  return (
    <div
      ref={host}
      class="image-view"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={onPointerUp}
      onPointerLeave={() => props.onHover?.(undefined)}
    >
      <canvas ref={canvas} role="img" aria-label={props.name} />
      <p class="spoken">{props.summary}</p>
      <svg class="overlay" aria-hidden="true">
        <Overlay box={box} aspect={aspect} view={props.children} />
        {tool && (
          <Overlay box={box} aspect={aspect} view={(place) => <LineMark place={place} tool={tool} />} />
        )}
        <ScaleBarMark box={box} pixel={pixel} room={room} />
      </svg>
    </div>
  );
}

const ENDS = { "line/start": ["x", "y"], "line/end": ["x2", "y2"] } as const;

/** The measured line with a handle at each end. */
function LineMark({ place, tool }: { readonly place: Place; readonly tool: LineTool }) {
  const line = tool.line.value;
  if (!line) return null;
  const [[x, y], [x2, y2]] = [place.at(line.x, line.y), place.at(line.x2, line.y2)];
  const d = `M${x} ${y}L${x2} ${y2}`;
  return (
    <g class="measured-line">
      <path class="under" d={d} />
      <path class="over" d={d} />
      {Object.keys(ENDS).map((handle, i) => (
        <circle
          key={handle}
          cx={i === 0 ? x : x2}
          cy={i === 0 ? y : y2}
          r={12}
          class="grip"
          data-handle={handle}
        />
      ))}
      <circle cx={x} cy={y} r={3} class="over" />
      <circle cx={x2} cy={y2} r={3} class="over" />
    </g>
  );
}

function Overlay({
  box,
  aspect,
  view,
}: {
  readonly box: ReadonlySignal<ViewBox>;
  readonly aspect: ReadonlySignal<number>;
  readonly view: ImageViewProps["children"];
}) {
  const now = box.value;
  const ratio = aspect.value;
  const place: Place = { at: (x, y) => toPanel(now, ratio, x, y), zoom: now.zoom };
  return <>{view?.(place)}</>;
}
