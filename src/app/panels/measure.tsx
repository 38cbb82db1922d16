import { type ReadonlySignal, type Signal as State, signal, useComputed, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Item, Numeric } from "../../core/contracts.ts";
import { csvText } from "../../figures/csv.ts";
import { numberText } from "../../figures/number-text.ts";
import { type Line, lineProfile } from "../../math/line-profile.ts";
import type { LineTool, PixelSize, Place } from "../canvas/image-view.tsx";
import { errorWords } from "../state/error-words.ts";
import { download, fileName } from "../state/exports.ts";
import { type MeasuredLine, type PixelScale, recipeOf, recipes, record } from "../state/history.ts";
import { keyOf } from "../state/items.ts";
import { parseLength, setScale } from "../state/scales.ts";
import { unitWords } from "./axis-words.ts";
import "./measure.css";

/** Lines that are measured, by panel: they stay when the next picture is shown. */
const tools = new Map<string, LineTool>();

/** The line of a panel. */
export function lineToolOf(panel: string): LineTool {
  const known = tools.get(panel);
  if (known) return known;
  const made: LineTool = { line: signal(undefined), drawing: signal(false) };
  tools.set(panel, made);
  return made;
}

/** The commands of a panel that measures: a line across the middle half, which the next drag draws anew. */
export function measureActions({ line, drawing }: LineTool, width: number, height: number) {
  const middle = (size: number, share: number) => Math.round((size - 1) * share);
  return {
    "measure.line": () => {
      const y = middle(height, 0.5);
      line.value ??= { x: middle(width, 0.25), y, x2: middle(width, 0.75), y2: y };
      drawing.value = true;
    },
    "measure.leave": () => {
      line.value = undefined;
      drawing.value = false;
    },
  };
}

/** Length and angle of a line in the unit of its pixels; the angle is against the rows, downwards positive. */
export function lengthOf({ x, y, x2, y2 }: Line, pixel: PixelSize): { length: number; angle: number } {
  const [dx, dy] = [(x2 - x) * Math.abs(pixel.x), (y2 - y) * Math.abs(pixel.y)];
  return { length: Math.hypot(dx, dy), angle: (Math.atan2(dy, dx) * 180) / Math.PI };
}

/** "84.3 nm, 12.4°". */
export function lengthWords(line: Line, pixel: PixelSize): string {
  const { length, angle } = lengthOf(line, pixel);
  return `${numberText(length)} ${unitWords(pixel.unit)}, ${numberText(angle)}°`;
}

/** The lines of an item that are kept, over its picture. */
export function KeptLines({
  place,
  item,
  over,
}: {
  readonly place: Place;
  readonly item: string;
  /** The axes that the picture has. */
  readonly over: PixelScale["name"];
}) {
  const lines = (recipes.value[item]?.lines ?? []).filter(({ role }) => role === over);
  return (
    <g class="measured-line">
      {lines.map(({ name, x, y, x2, y2 }) => {
        const [[ax, ay], [bx, by]] = [place.at(x, y), place.at(x2, y2)];
        return (
          <g key={name} data-line={name}>
            <path class="under" d={`M${ax} ${ay}L${bx} ${by}`} />
            <path class="over" d={`M${ax} ${ay}L${bx} ${by}`} />
            <text x={bx + 6} y={by - 4}>
              {name}
            </text>
          </g>
        );
      })}
    </g>
  );
}

function keepLine(key: string, role: PixelScale["name"], line: Line): void {
  const names = recipeOf(key).lines.map(({ name }) => Number(name.slice(1)));
  const kept: MeasuredLine = { name: `L${Math.max(0, ...names) + 1}`, role, ...line };
  record(`Measure ${kept.name}`, key, (recipe) => ({ ...recipe, lines: [...recipe.lines, kept] }));
}

const ENDS = ["x", "y", "x2", "y2"] as const;

/** The line of a picture in numbers: its ends to be typed, its length, the scale that it sets, the values along it. */
export function MeasureBar({
  tool,
  item,
  over: role,
  pixel,
  picture,
}: {
  readonly tool: LineTool;
  readonly item: Item;
  /** The axes that the picture has. */
  readonly over: PixelScale["name"];
  readonly pixel: ReadonlySignal<PixelSize>;
  /** Numbers of the picture, where it has some. */
  readonly picture: ReadonlySignal<
    { readonly width: number; readonly height: number; readonly values?: Numeric } | undefined
  >;
}) {
  const line = tool.line.value;
  const length = useSignal("");
  const wrong = useSignal("");
  if (!line) return null;
  const key = keyOf(item);
  const canScale = item.kind === "signal" || (item.kind === "points" && role === "nav");
  const set = (event: SubmitEvent) => {
    event.preventDefault();
    try {
      const { value, unit } = parseLength(length.value);
      const pixels = Math.hypot(line.x2 - line.x, line.y2 - line.y);
      if (pixels === 0) {
        wrong.value = "the line has no length yet, draw it to another pixel";
        return;
      }
      setScale(key, { name: role, value: value / pixels, unit });
      [length.value, wrong.value] = ["", ""];
    } catch (error) {
      wrong.value = errorWords(error).message;
    }
  };
  return (
    <div class="measure" data-measure={tool.drawing.value ? "drawing" : "drawn"}>
      <div class="tools">
        <output class="strong" data-status="measure">
          {lengthWords(line, pixel.value)}
        </output>
        {ENDS.map((end) => (
          <label key={end}>
            {end === "x" ? "from x" : end === "x2" ? "to x" : "y"}{" "}
            <input
              inputMode="decimal"
              data-field={`line-${end}`}
              value={String(line[end])}
              onChange={(event) => {
                const value = Number(event.currentTarget.value);
                if (Number.isFinite(value)) tool.line.value = { ...line, [end]: value };
              }}
            />
          </label>
        ))}
        <button
          type="button"
          data-command="measure.keep"
          onClick={() => {
            keepLine(key, role, line);
          }}
        >
          Keep
        </button>
        <button
          type="button"
          class="quiet"
          data-command="measure.leave"
          aria-label="Leave the line"
          onClick={() => {
            tool.line.value = undefined;
            tool.drawing.value = false;
          }}
        >
          ×
        </button>
      </div>
      {canScale && (
        <form class="tools" onSubmit={set}>
          <label>
            this line is{" "}
            <input
              data-field="line-length"
              placeholder="200 nm, 0.5/Å"
              value={length.value}
              onInput={(event) => {
                length.value = event.currentTarget.value;
              }}
            />
          </label>
          <button type="submit" data-command="scale.set">
            Set scale
          </button>
          {recipeOf(key).scales.some(({ name }) => name === role) && (
            <button
              type="button"
              class="quiet"
              data-command="scale.clear"
              onClick={() =>
                record("Take the scale of the file", key, (recipe) => ({
                  ...recipe,
                  scales: recipe.scales.filter(({ name }) => name !== role),
                }))
              }
            >
              as in the file
            </button>
          )}
          {wrong.value && (
            <span class="wrong" role="alert">
              {wrong}
            </span>
          )}
        </form>
      )}
      <Profile {...{ line, pixel, picture, item }} />
    </div>
  );
}

/** How a profile is taken; it stays set. */
const width = signal(1);
const across: State<"mean" | "sum"> = signal("mean");
/** Size of the drawn profile [CSS px]. */
const [WIDE, HIGH] = [280, 56];

/** The values along a line, as a curve and as CSV. */
function Profile({
  line,
  pixel,
  picture,
  item,
}: {
  readonly line: Line;
  readonly pixel: ReadonlySignal<PixelSize>;
  readonly picture: ReadonlySignal<
    { readonly width: number; readonly height: number; readonly values?: Numeric } | undefined
  >;
  readonly item: Item;
}) {
  const shown = picture.value;
  const profile = useMemo(() => {
    if (!shown?.values) return undefined;
    return lineProfile(shown.values, shown.width, shown.height, line, width.value, across.value);
  }, [shown, line, width.value, across.value]);
  const step = useComputed(() => {
    const { length } = lengthOf(line, pixel.value);
    return length / Math.max(1e-9, Math.hypot(line.x2 - line.x, line.y2 - line.y));
  });
  if (!profile) return null;
  const { distance, value } = profile;
  const known = value.filter(Number.isFinite);
  const [low, high] = [
    known.reduce((a, b) => Math.min(a, b), Infinity),
    known.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
  const d = Array.from(value, (v, i) => {
    if (!Number.isFinite(v)) return "";
    const y = HIGH - 3 - ((HIGH - 6) * (v - low)) / (high > low ? high - low : 1);
    const pen = i === 0 || !Number.isFinite(value[i - 1]!) ? "M" : "L";
    return `${pen}${((WIDE * i) / (value.length - 1)).toFixed(1)} ${y.toFixed(1)}`;
  }).join("");
  const title = "title" in item ? item.title : item.name;
  return (
    <div class="tools profile">
      <svg
        role="img"
        viewBox={`0 0 ${WIDE} ${HIGH}`}
        data-profile={value.length}
        aria-label={`Values along the line, from ${numberText(low)} to ${numberText(high)}`}
      >
        <path d={d} />
      </svg>
      <span class="range" data-status="profile">
        {numberText(low)} … {numberText(high)}
      </span>
      <label>
        width{" "}
        <input
          inputMode="numeric"
          data-field="line-width"
          value={String(width.value)}
          onChange={(event) => {
            const px = Math.round(Number(event.currentTarget.value));
            if (px >= 1 && px <= 1000) width.value = px;
          }}
        />{" "}
        px
      </label>
      <select
        aria-label="across the line"
        data-field="line-across"
        value={across.value}
        onChange={(event) => {
          across.value = event.currentTarget.value as "mean" | "sum";
        }}
      >
        <option>mean</option>
        <option>sum</option>
      </select>
      <button
        type="button"
        class="quiet"
        data-command="profile.csv"
        onClick={() =>
          download(
            `${fileName(title, "profile")}.csv`,
            csvText([
              { name: "distance", unit: pixel.peek().unit, values: distance.map((px) => px * step.peek()) },
              {
                name: `${across.peek()} over ${width.peek()} px`,
                unit: item.kind === "signal" ? item.value.unit : "",
                values: value,
              },
            ]),
            "text/csv",
          )
        }
      >
        CSV
      </button>
    </div>
  );
}
