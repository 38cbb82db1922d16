import { effect, useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Numeric, Signal } from "../../../core/contracts.ts";
import { numberText } from "../../../figures/number-text.ts";
import type { Span } from "../../canvas/plot-range.ts";
import type { PlotControl } from "../../canvas/plot-view.tsx";
import { frameCache } from "../../state/frame-cache.ts";
import { recipes } from "../../state/history.ts";
import { keyOf } from "../../state/items.ts";
import { latestOnly } from "../../state/latest.ts";
import { navigationPlace, selection } from "../../state/selection.ts";
import { scanAxes, signalAxes, unitWords } from "../axis-words.ts";
import { fail, setState } from "../contract.ts";
import type { PanelProps } from "../mount.tsx";
import { AxisSliders } from "../sliders.tsx";
import { axisValues, CURVE_COLOURS, plainValues, type Trace } from "./curves.ts";
import type { TraceLook } from "./look.ts";
import { CurveKey, Strips, traceActions } from "./strips.tsx";
import "./trace.css";

interface Shown {
  readonly name: string;
  readonly values: Numeric;
}

/** The spectrum at the cursor, with those of the pins over it. */
export function SpectrumView({ host, item, view, change, actions }: PanelProps<TraceLook, Signal>) {
  const nav = scanAxes(item);
  const [axis] = signalAxes(item) as [Signal["axes"][number]];
  const key = keyOf(item);
  const x = useMemo(() => axisValues(axis), [item]);
  const shown = useSignal<readonly Shown[]>([]);
  const across = useSignal<Span | undefined>(undefined);
  const controls = useMemo<PlotControl[]>(() => [], []);

  useEffect(() => {
    const read = frameCache(item);
    let asked = 0;
    const show = latestOnly(
      (places: readonly { name: string; at: readonly number[] }[]) =>
        Promise.all(places.map(async ({ name, at }) => ({ name, values: await read(at) }))),
      (found) => {
        shown.value = found;
        performance.measure("litho:cursor", { start: asked });
        setState(host, "ready");
      },
      (error) => fail(host, error),
    );
    setState(host, "loading");
    return effect(() => {
      asked = performance.now();
      const at = navigationPlace(nav);
      const pins = nav.length > 0 ? (recipes.value[key]?.pins ?? []) : [];
      const pinned = pins.map((pin) => {
        const place = [...at];
        place[place.length - 1] = pin.x;
        if (place.length > 1) place[place.length - 2] = pin.y;
        return { name: pin.name, at: place };
      });
      show([{ name: at.length > 0 ? at.toReversed().join(", ") : item.title, at }, ...pinned]);
    });
  }, [item]);

  const log = useComputed(() => view.value.scale === "log");
  const trace = useComputed<Trace>(() => ({
    x: {
      name: axis.unit === "px" ? `${axis.name}, channel` : axis.name,
      unit: axis.unit === "px" ? "px" : axis.unit,
      log: false,
    },
    equal: false,
    strips: [
      {
        y: {
          name: item.dtype.startsWith("c") ? `|${item.value.name}|` : item.value.name,
          unit: item.value.unit,
          log: log.value,
        },
        curves: shown.value.map(({ name, values }, k) => ({
          ...{ name, colour: CURVE_COLOURS[k % CURVE_COLOURS.length]!, first: 0, x },
          ...{ y: plainValues(values, item.dtype), dashed: k >= CURVE_COLOURS.length },
        })),
      },
    ],
  }));
  const channelWords = (channel: number): string => {
    const curves = trace.peek().strips[0]!.curves;
    const unit = item.value.unit === "1" ? "" : ` ${item.value.unit}`;
    const place = axis.unit === "px" ? "" : ` · ${numberText(x[channel]!, 6)} ${unitWords(axis.unit)}`;
    const each = curves.map(
      ({ name, y }) => `${curves.length > 1 ? `${name}: ` : ""}${numberText(y[channel]!, 5)}${unit}`,
    );
    return [`channel ${channel}${place}`, ...each].join(" · ");
  };
  useEffect(
    () =>
      effect(() => {
        const channel = selection.hoverRow.value ?? selection.row.value;
        if (channel !== undefined && trace.value.strips[0]!.curves.length > 0)
          selection.reading.value = channelWords(channel);
      }),
    [item],
  );
  const summary = useComputed(() => {
    const { x: across, strips } = trace.value;
    return `${strips[0]!.y.name} over ${across.name}, ${axis.size} channels.`;
  });
  Object.assign(
    actions,
    traceActions(() => axis.size, controls),
    {
      "view.scale": () => change({ ...view.peek(), scale: view.peek().scale === "log" ? "linear" : "log" }),
    },
  );
  const row = selection.row.value;
  return (
    <div class="panel-body">
      <div class="tools">
        <AxisSliders axes={nav} navigator={nav.length === 2} />
        <label class="tool">
          <span class="spoken">scale up</span>
          <select
            data-command="view.scale"
            value={log.value ? "log" : "linear"}
            onChange={(event) =>
              change({ ...view.peek(), scale: event.currentTarget.value as "log" | "linear" })
            }
          >
            <option>linear</option>
            <option>log</option>
          </select>
        </label>
      </div>
      <CurveKey trace={trace.value} />
      <Strips
        trace={trace}
        across={across}
        controls={controls}
        name={`Spectrum of ${item.title}`}
        summary={summary}
      />
      <p class="at-cursor" data-trace="cursor">
        {row === undefined || shown.value.length === 0 ? "" : channelWords(row)}
      </p>
    </div>
  );
}
