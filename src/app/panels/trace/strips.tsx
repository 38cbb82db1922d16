import { type ReadonlySignal, type Signal as State, useComputed, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Span } from "../../canvas/plot-range.ts";
import { type PlotControl, PlotView } from "../../canvas/plot-view.tsx";
import { selection } from "../../state/selection.ts";
import { moveActions } from "../cursor-keys.ts";
import type { Trace } from "./curves.ts";

/** What the keys of a trace do: move the cursor by rows, zoom, fit. */
export function traceActions(
  rows: () => number,
  controls: readonly PlotControl[],
): Record<string, () => void> {
  const move = (dx: number, dy: number) => {
    const count = rows();
    const now = selection.row.peek() ?? Math.floor(count / 2);
    selection.hoverRow.value = undefined;
    selection.row.value = Math.max(0, Math.min(count - 1, now + dx - dy));
  };
  const zoom = (factor: number) => () => {
    for (const control of controls) control.zoom(factor);
  };
  return {
    ...moveActions(move),
    "view.zoom-in": zoom(1.25),
    "view.zoom-out": zoom(0.8),
    "view.fit": () => {
      for (const control of controls) control.fit();
    },
  };
}

/** Strips of curves one below the other that share their axis across, its zoom and the cursor. */
export function Strips({
  trace,
  across,
  controls,
  name,
  summary,
}: {
  readonly trace: ReadonlySignal<Trace>;
  readonly across: State<Span | undefined>;
  /** Filled with what zooms and fits each strip. */
  readonly controls: PlotControl[];
  readonly name: string;
  readonly summary: ReadonlySignal<string>;
}) {
  const count = trace.value.strips.length;
  const edges = useSignal<readonly number[]>([]);
  if (edges.peek().length > count) edges.value = edges.peek().slice(0, count);
  controls.length = count;
  return (
    <div class="strips">
      {trace.value.strips.map((strip, i) => (
        <StripView
          key={`${i} ${strip.y.unit}`}
          {...{ trace, across, controls, name, summary, edges }}
          index={i}
          last={i === count - 1}
        />
      ))}
    </div>
  );
}

function StripView(props: {
  readonly trace: ReadonlySignal<Trace>;
  readonly across: State<Span | undefined>;
  readonly controls: PlotControl[];
  readonly name: string;
  readonly summary: ReadonlySignal<string>;
  readonly edges: State<readonly number[]>;
  readonly index: number;
  readonly last: boolean;
}) {
  const { trace, index, across } = props;
  const up = useSignal<Span | undefined>(undefined);
  const ranges = useMemo(() => ({ across, up }), [across, up]);
  const strip = useComputed(() => trace.value.strips[index]);
  const curves = useComputed(() => strip.value?.curves ?? []);
  const x = useComputed(() => trace.value.x);
  const y = useComputed(() => strip.value?.y ?? { name: "", unit: "", log: false });
  const equal = useComputed(() => trace.value.equal);
  const control = useMemo<PlotControl>(() => ({ zoom: () => {}, fit: () => {} }), []);
  props.controls[index] = control;
  return (
    <PlotView
      name={`${props.name}: ${y.value.name}`}
      summary={props.summary}
      curves={curves}
      x={x}
      y={y}
      equal={equal}
      ranges={ranges}
      cursor={selection.row}
      hover={selection.hoverRow}
      onHover={(row) => {
        selection.hoverRow.value = row;
      }}
      onPick={(row) => {
        selection.hoverRow.value = undefined;
        selection.row.value = row;
      }}
      control={control}
      names={props.last}
      edges={props.edges}
      strip={index}
    />
  );
}

/** Names of the curves with their colours; nothing where there is one. */
export function CurveKey({ trace }: { readonly trace: Trace }) {
  const curves = trace.strips.flatMap((strip) => strip.curves);
  if (curves.length < 2) return null;
  // Of many cycles some evenly spaced ones are named.
  const every = Math.ceil(curves.length / 7);
  const named = curves.filter((_, i) => i % every === 0 || i === curves.length - 1);
  return (
    <ul class="curve-key" aria-label="key of the curves">
      {named.map(({ name, colour, dashed, first }) => (
        <li key={`${name} ${colour} ${first}`}>
          <span class={dashed ? "line dashed" : "line"} style={{ borderColor: colour }} />
          {name}
        </li>
      ))}
    </ul>
  );
}
