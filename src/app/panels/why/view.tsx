import { effect, signal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { ExplainedAnswer, Explanation } from "../../../analyses/orientation/explain.ts";
import type { OrientationMap } from "../../../core/orientation-map.ts";
import { numberText } from "../../../figures/number-text.ts";
import { CLASS_NAMES } from "../../../figures/orientation-arrays.ts";
import { type Mark, SPOT_COLOUR, type SpotShape } from "../../../figures/picture-parts.ts";
import type { Quaternion } from "../../../science/crystal/rotation.ts";
import { disorientationDeg } from "../../../science/crystal/symmetry.ts";
import { type Display, percentiles } from "../../canvas/display.ts";
import { ImageView, type Picture, type Place, ViewControl } from "../../canvas/image-view.tsx";
import { latestOnly } from "../../state/latest.ts";
import { deskOf } from "../../state/runs.ts";
import { type ScanPoint, selection } from "../../state/selection.ts";
import { fail, setState } from "../contract.ts";
import type { PanelProps } from "../mount.tsx";
import { MARKS_WORDS, type SeenWhy, whyFigure } from "./figure.ts";

/** Why the point at the cursor has its answer: measured, predicted, what is left, and the other answers. */
export function WhyView({ host, item, figure }: PanelProps<object, OrientationMap>) {
  const found = useSignal<{ at: ScanPoint; why: Explanation } | undefined>(undefined);
  const chosen = useSignal(0);
  useEffect(() => {
    const desk = deskOf(item)!;
    const ask = latestOnly(
      async (at: ScanPoint) => ({ at, why: await desk.call("explain", at) }),
      (answer) => {
        found.value = answer;
        chosen.value = 0;
        setState(host, "ready");
      },
      (error) => fail(host, error),
    );
    return effect(() => ask(selection.cursor.value));
  }, [item]);
  figure.now = async (paper) => {
    const seen = found.peek();
    return seen && whyFigure(item, seenWhy(item, seen, chosen.peek()), paper);
  };
  const now = found.value;
  if (!now)
    return (
      <div class="panel-body">
        <p class="tools">Indexing this point again …</p>
      </div>
    );
  const { at, why } = now;
  const { answers } = why;
  const answer = answers[chosen.value] ?? answers[0];
  const residual = answer && why.measured.map((value, i) => value - answer.predicted[i]!);
  const marks = marksOf(why, answer);
  const shared = { size: why.size, pixel: why.pixel, like: why.measured };
  return (
    <div class="panel-body why">
      <p class="tools" data-why="reason">
        <span class="strong">
          {at.x}, {at.y}
        </span>
        {reason(item, at)}
      </p>
      <div class="pictures">
        <Pattern name="measured" values={why.measured} {...shared} kind="pattern" marks={marks} />
        {answer && <Pattern name="predicted" values={answer.predicted} {...shared} kind="pattern" />}
        {residual && <Pattern name="residual" values={residual} {...shared} kind="residual" />}
      </div>
      {answer && (
        <p class="tools" data-why="spots" title={MARKS_WORDS}>
          <SpotSign shape="ring" /> {answer.used} spots used · <SpotSign shape="dashed ring" />{" "}
          {count(marks, "dashed ring")} missed · <SpotSign shape="square" /> {count(marks, "square")}{" "}
          unexplained
        </p>
      )}
      <p class="tools" data-why="neighbours">
        {neighbourWords(item, at)}
      </p>
      {answers.length > 0 && (
        <table class="facts answers">
          <thead>
            <tr>
              <th scope="col">answer</th>
              <th scope="col">phase</th>
              <th scope="col">score</th>
              <th scope="col">away</th>
              <th scope="col">Δ(−2 ln L)</th>
            </tr>
          </thead>
          <tbody>
            {answers.map(({ role, phase, score, away, margin }, i) => (
              <tr key={role} data-answer={role}>
                <th scope="row">
                  <button
                    type="button"
                    class="quiet"
                    aria-pressed={answers[i] === answer}
                    data-command="why.answer"
                    onClick={() => {
                      chosen.value = i;
                    }}
                  >
                    {role}
                  </button>
                </th>
                <td>{phase}</td>
                <td>{numberText(score, 3)}</td>
                <td>{role === "best" || Number.isNaN(away) ? "–" : `${numberText(away, 3)}°`}</td>
                <td>{numberText(margin, 3)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

/** Range and colours of a pattern, or of what is left of it: those of `like`, so that the three compare. */
function displayOf(like: Float32Array, kind: "pattern" | "residual"): Display {
  const [low, high] = percentiles(like, 0.01, 0.995);
  if (kind === "residual") return { colours: "diverging", scale: "linear", low: -high / 2, high: high / 2 };
  return { colours: "viridis", scale: "gamma", low: Math.max(0, low), high };
}

/** What the panel shows, for a figure. */
function seenWhy(
  map: OrientationMap,
  { at, why }: { at: ScanPoint; why: Explanation },
  chosen: number,
): SeenWhy {
  const { measured, size, pixel } = why;
  const answer = why.answers[chosen] ?? why.answers[0];
  const display = displayOf(measured, "pattern");
  const marks = marksOf(why, answer);
  const spots = answer
    ? `; ${answer.used} spots used, ${count(marks, "dashed ring")} missed, ${count(marks, "square")} unexplained`
    : "";
  return {
    ...{ at, size, pixel, answer, words: `${reason(map, at)}${spots}` },
    pictures: [
      { name: "measured", values: measured, display, marks },
      ...(answer
        ? [
            { name: "predicted", values: answer.predicted, display, marks: [] },
            {
              name: "residual",
              values: measured.map((value, i) => value - answer.predicted[i]!),
              display: displayOf(measured, "residual"),
              marks: [],
            },
          ]
        : []),
    ],
  };
}

/** Radius of the marks over a pattern of a figure [pt] and on the page [CSS px]. */
const MARK_POINTS = 2.4;
const MARK_PIXELS = 5;

/** The spots of a point as an answer sees them. */
function marksOf({ centre: [cx, cy], found }: Explanation, answer: ExplainedAnswer | undefined) {
  const mark = (shape: SpotShape, { x, y }: { readonly x: number; readonly y: number }) => ({
    ...{ kind: "spot" as const, shape, x: x + cx, y: y + cy, radius: MARK_POINTS },
  });
  const spots = answer?.spots ?? [];
  const explained = new Set(spots.map(({ spot }) => spot));
  return [
    ...spots.filter(({ spot }) => spot >= 0).map((spot) => mark("ring", spot)),
    ...spots.filter(({ missed }) => missed).map((spot) => mark("dashed ring", spot)),
    ...found.filter((_, i) => !explained.has(i)).map((spot) => mark("square", spot)),
  ] satisfies Mark[];
}

const count = (marks: ReturnType<typeof marksOf>, of: SpotShape) =>
  marks.filter(({ shape }) => shape === of).length;

/** Angle to each neighbour under the crystal's symmetry, or its phase where that is another. */
function neighbourWords(map: OrientationMap, { x, y }: ScanPoint): string {
  const { width, height, phase, orientation, phases } = map;
  const here = y * width + x;
  const own = phases[phase[here]!];
  const turn = (i: number) => [...orientation.subarray(4 * i, 4 * i + 4)] as unknown as Quaternion;
  const sides = [
    ["←", x - 1, y],
    ["→", x + 1, y],
    ["↑", x, y - 1],
    ["↓", x, y + 1],
  ] as const;
  const words = sides.flatMap(([arrow, column, row]) => {
    if (column < 0 || row < 0 || column >= width || row >= height) return [];
    const there = row * width + column;
    const other = phases[phase[there]!];
    if (!own || other !== own) return [`${arrow} ${other?.name ?? "not indexed"}`];
    return [`${arrow} ${numberText(disorientationDeg(turn(here), turn(there), own.rotations), 3)}°`];
  });
  return `neighbours: ${words.join(" · ")}`;
}

/** What the map says of a point, in words. */
function reason(map: OrientationMap, { x, y }: ScanPoint): string {
  const i = y * map.width + x;
  const value = (name: string) => map.extra[name]?.values[i] ?? Number.NaN;
  const kind = CLASS_NAMES[value("class")]?.replace("-", " ") ?? "";
  const phase = map.phases[map.phase[i]!]?.name ?? "not indexed";
  const stands = value("trustworthy") === 1 ? "the program stands for it" : "no stand on it";
  const share = value("amorphous") > 0.5 ? ", amorphous share above 0.5" : "";
  return `${phase} · ${kind} · reliability ${numberText(value("reliability"), 3)} · ${stands}${share}`;
}

/** The sign of a mark in the words below the pictures. */
function SpotSign({ shape }: { readonly shape: SpotShape }) {
  return (
    <svg class="spot-sign" viewBox="-7 -7 14 14" aria-hidden="true">
      <SpotMark shape={shape} x={0} y={0} />
    </svg>
  );
}

function SpotMark({
  shape,
  x,
  y,
  r = MARK_PIXELS,
}: {
  readonly shape: SpotShape;
  readonly x: number;
  readonly y: number;
  readonly r?: number;
}) {
  const line = { fill: "none", stroke: SPOT_COLOUR[shape], "stroke-width": 1.3 };
  if (shape === "square") return <rect x={x - r} y={y - r} width={2 * r} height={2 * r} {...line} />;
  return <circle cx={x} cy={y} r={r} {...line} stroke-dasharray={shape === "ring" ? undefined : "3 2"} />;
}

function Pattern({
  name,
  values,
  size,
  pixel: step,
  like,
  kind,
  marks = [],
}: {
  readonly name: string;
  readonly values: Float32Array;
  readonly size: number;
  /** What a pixel is [1/Å]. */
  readonly pixel: number;
  /** The values that the range of colours is taken from, so that the three compare. */
  readonly like: Float32Array;
  readonly kind: "pattern" | "residual";
  readonly marks?: ReturnType<typeof marksOf>;
}) {
  const shown = useSignal<Picture>({ width: size, height: size, values });
  if (shown.peek().values !== values) shown.value = { width: size, height: size, values };
  const box = useSignal<undefined | { zoom: number; left: number; top: number }>(undefined);
  const control = useMemo(() => new ViewControl(box), [box]);
  const range = useSignal(like);
  if (range.peek() !== like) range.value = like;
  const display = useComputed<Display>(() => displayOf(range.value, kind));
  const pixel = useMemo(() => signal({ x: step, y: step, unit: "1/Å" }), [step]);
  const summary = useComputed(() => `${name} pattern, ${size} by ${size} pixels`);
  return (
    <figure>
      <ImageView
        name={`${name} pattern`}
        summary={summary}
        picture={shown}
        display={display}
        pixel={pixel}
        view={control}
      >
        {(place: Place) => (
          <g>
            {marks.map(({ shape, x, y }, i) => {
              const [px, py] = place.at(x, y);
              // In a small picture large marks would hide the spots.
              const r = Math.max(1.5, Math.min(MARK_PIXELS, 1.8 * place.zoom));
              return <SpotMark key={i} shape={shape} x={px} y={py} r={r} />;
            })}
          </g>
        )}
      </ImageView>
      <figcaption>{name}</figcaption>
    </figure>
  );
}
