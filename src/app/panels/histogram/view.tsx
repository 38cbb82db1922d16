import { effect, useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { numberText } from "../../../figures/number-text.ts";
import { percentiles } from "../../canvas/display.ts";
import { ticksOf } from "../../canvas/plot-axes.tsx";
import type { Limits } from "../../state/contrast.ts";
import { shownPictures } from "../../state/contrast.ts";
import { unitWords } from "../axis-words.ts";
import { setState } from "../contract.ts";
import type { PanelProps } from "../mount.tsx";
import { contrastActions, nextOf } from "../picture-tools.tsx";
import { BINS, type Distribution, distributionOf } from "./bins.ts";
import { chosenPicture, histogramFigure } from "./figure.ts";
import "./histogram.css";

export interface HistogramLook {
  readonly scale: "linear" | "log";
  readonly all: boolean;
}

const SCALES = ["linear", "log"] as const;
/** Share of the values at either end that are not shown unless asked for. */
const RARE = 0.0002;
/** Time that a picture rests before it is counted [ms]. */
const REST = 60;

/** The values of a picture with the limits of its colours, which are dragged or typed. */
export function HistogramView({ host, item, view, change, actions, figure }: PanelProps<HistogramLook>) {
  const wanted = useSignal<string | undefined>(undefined);
  const chosen = useComputed(() => chosenPicture(wanted.value));
  const counted = useSignal<Distribution | undefined>(undefined);
  const ends = useSignal<Limits | undefined>(undefined);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = effect(() => {
      const picture = chosen.value?.[1];
      const values = picture?.values.value;
      const all = view.value.all;
      clearTimeout(timer);
      if (!values) {
        counted.value = undefined;
        setState(host, "empty");
        return;
      }
      timer = setTimeout(() => {
        const [low, high] = percentiles(values, RARE, 1 - RARE);
        const limits = picture?.display.peek();
        // The limits of the colours are always in sight.
        const least = Math.min(low, limits?.low ?? low);
        const most = Math.max(high, limits?.high ?? high);
        const margin = 0.05 * (most - least);
        const shown = all ? undefined : { low: least - margin, high: most + margin };
        counted.value = distributionOf(values, shown);
        ends.value = counted.value && { low: counted.value.low, high: counted.value.high };
        setState(host, "ready");
      }, REST);
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [host]);
  const [id, picture] = chosen.value ?? [];
  const limits = picture?.display.value;
  const hold = (next: Partial<Limits>) => {
    if (!picture || !limits) return;
    const { low, high } = { low: limits.low, high: limits.high, ...next };
    if (high > low) picture.contrast.held.value = { low, high };
  };
  for (const name of Object.keys(actions)) delete actions[name];
  Object.assign(actions, picture && contrastActions(picture.contrast, picture.display), {
    "view.scale": () => change({ ...view.peek(), scale: nextOf(SCALES, view.peek().scale) }),
  });
  figure.now = async () => {
    const { data, ...drawn } = await histogramFigure(item, wanted.peek());
    return { ...drawn, methods: drawn.caption, csv: () => data };
  };
  const found = counted.value;
  const unit = picture?.unit.value ?? "1";
  return (
    <div class="panel-body">
      <div class="tools">
        <select
          aria-label="which picture"
          data-command="histogram.of"
          value={id}
          onChange={(event) => {
            wanted.value = event.currentTarget.value;
          }}
        >
          {[...shownPictures.value].map(([name, { title }]) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
        <label class="tool">
          <span class="spoken">scale of the counts</span>
          <select
            data-command="view.scale"
            value={view.value.scale}
            onChange={(event) =>
              change({ ...view.peek(), scale: event.currentTarget.value as HistogramLook["scale"] })
            }
          >
            {SCALES.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label class="tool">
          <input
            type="checkbox"
            data-command="histogram.all"
            checked={view.value.all}
            onChange={(event) => change({ ...view.peek(), all: event.currentTarget.checked })}
          />{" "}
          all values
        </label>
      </div>
      {found && picture && limits ? (
        <>
          <Bars found={found} log={view.value.scale === "log"} limits={limits} hold={hold} unit={unit} />
          <div class="tools below">
            <LimitField name="low" value={limits.low} change={(low) => hold({ low })} />
            <LimitField name="high" value={limits.high} change={(high) => hold({ high })} />
            <button
              type="button"
              class="quiet"
              data-command="view.contrast"
              title="Limits from percentiles, again for stronger (A)"
              onClick={() => contrastActions(picture.contrast, picture.display)["view.contrast"]!()}
            >
              {numberText(100 * picture.contrast.saturated.value)} …{" "}
              {numberText(100 * (1 - picture.contrast.saturated.value))} %
            </button>
            <button
              type="button"
              class="quiet"
              data-command="view.lock"
              aria-pressed={picture.contrast.held.value !== undefined}
              onClick={() => contrastActions(picture.contrast, picture.display)["view.lock"]!()}
            >
              {picture.contrast.held.value ? "held" : "hold"}
            </button>
          </div>
          <p class="at-cursor" data-histogram="numbers">
            {found.counted}
            {found.every > 1 && ` (every ${found.every}th)`} values · least {numberText(found.least)} · most{" "}
            {numberText(found.most)} · mean {numberText(found.mean)} · σ {numberText(found.sigma)}
            {unit !== "1" && ` ${unitWords(unit)}`}
          </p>
        </>
      ) : (
        <p class="tools faint">A picture of numbers in another panel is counted here.</p>
      )}
    </div>
  );
}

function LimitField(props: {
  readonly name: "low" | "high";
  readonly value: number;
  readonly change: (value: number) => void;
}) {
  const { name, value, change } = props;
  /** What is being typed; a picture that changes meanwhile leaves it. */
  const typed = useSignal<string | undefined>(undefined);
  return (
    <label class="tool">
      <span class="faint">{name === "low" ? "from" : "to"} </span>
      <input
        class="limit"
        data-field={`limit-${name}`}
        value={typed.value ?? String(Number(value.toPrecision(6)))}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
        }}
        onChange={(event) => {
          const number = Number(event.currentTarget.value.replace("−", "-"));
          typed.value = undefined;
          if (Number.isFinite(number)) change(number);
        }}
      />
    </label>
  );
}

function Bars(props: {
  readonly found: Distribution;
  readonly log: boolean;
  readonly limits: Limits;
  readonly hold: (limits: Partial<Limits>) => void;
  readonly unit: string;
}) {
  const { found, log, limits, hold, unit } = props;
  const host = useRef<HTMLDivElement>(null);
  const room = useSignal({ width: 300, height: 120, letter: 12 });
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect;
      const root = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      room.value = { width: Math.max(40, width), height: Math.max(40, height), letter: 0.75 * root };
    });
    watch.observe(host.current!);
    return () => watch.disconnect();
  }, []);
  const { width, height, letter } = room.value;
  const bottom = height - 2 * letter;
  const side = 8;
  const inner = width - 2 * side;
  const px = (value: number) => side + (inner * (value - found.low)) / (found.high - found.low);
  const valueAt = (x: number) => found.low + ((x - side) / inner) * (found.high - found.low);
  const tall = (count: number) => (log ? Math.log1p(count) : count);
  const highest = Math.max(1e-9, ...Array.from(found.counts, tall));
  let d = `M${side} ${bottom}`;
  for (let i = 0; i < BINS; i++) {
    const y = (bottom - ((bottom - 6) * tall(found.counts[i]!)) / highest).toFixed(1);
    d += `V${y}H${(side + (inner * (i + 1)) / BINS).toFixed(1)}`;
  }
  const drag = useRef<"low" | "high" | undefined>(undefined);
  const xOf = (event: PointerEvent) => event.clientX - host.current!.getBoundingClientRect().left;
  const label = { name: "", unit, log: false };
  const ticks = ticksOf(label, found, Math.max(2, Math.round(width / (7 * letter))));
  return (
    <div
      ref={host}
      class="bars"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        const x = xOf(event);
        drag.current = Math.abs(x - px(limits.low)) < Math.abs(x - px(limits.high)) ? "low" : "high";
        hold({ [drag.current]: valueAt(x) });
      }}
      onPointerMove={(event) => {
        if (drag.current) hold({ [drag.current]: valueAt(xOf(event)) });
      }}
      onPointerUp={() => {
        drag.current = undefined;
      }}
    >
      <svg role="img" aria-label="histogram" width={width} height={height}>
        <path class="bar-area" d={`${d}V${bottom}Z`} />
        {ticks.map(({ value, text }) => (
          <text key={value} x={px(value)} y={bottom + 1.3 * letter} text-anchor="middle">
            {text}
          </text>
        ))}
        <path class="frame" d={`M${side} ${bottom}h${inner}`} />
        {(["low", "high"] as const).map((end) => {
          const x = Math.max(1, Math.min(width - 1, px(limits[end])));
          return (
            <g key={end} class="limit-line" data-limit={end}>
              <path d={`M${x} 2V${bottom}`} />
              <path class="grip" d={`M${x} ${bottom}l-6 9h12z`} />
            </g>
          );
        })}
      </svg>
    </div>
  );
}
