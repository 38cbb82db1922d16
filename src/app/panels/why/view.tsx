import { effect, useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Explanation } from "../../../analyses/orientation/explain.ts";
import type { OrientationMap } from "../../../core/orientation-map.ts";
import { numberText } from "../../../figures/number-text.ts";
import { CLASS_NAMES } from "../../../figures/orientation-arrays.ts";
import { type Display, percentiles } from "../../canvas/display.ts";
import { ImageView, type Picture, ViewControl } from "../../canvas/image-view.tsx";
import { errorWords } from "../../state/error-words.ts";
import { latestOnly } from "../../state/latest.ts";
import { deskOf } from "../../state/runs.ts";
import { type ScanPoint, selection } from "../../state/selection.ts";
import { setState } from "../contract.ts";
import type { PanelProps } from "../mount.tsx";
import { type SeenWhy, whyFigure } from "./figure.ts";

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
      (error) => setState(host, errorWords(error).state),
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
  const unexplained = why.found.filter(({ explained }) => !explained).length;
  return (
    <div class="panel-body why">
      <p class="tools" data-why="reason">
        <span class="strong">
          {at.x}, {at.y}
        </span>
        {reason(item, at)}
      </p>
      <div class="pictures">
        <Pattern name="measured" values={why.measured} size={why.size} like={why.measured} kind="pattern" />
        {answer && (
          <Pattern
            name="predicted"
            values={answer.predicted}
            size={why.size}
            like={why.measured}
            kind="pattern"
          />
        )}
        {residual && (
          <Pattern name="residual" values={residual} size={why.size} like={why.measured} kind="residual" />
        )}
      </div>
      {answer && (
        <p class="tools" data-why="spots">
          {answer.used} spots used · {answer.missed} missed · {unexplained} unexplained
        </p>
      )}
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
  const { measured, size, found } = why;
  const answer = why.answers[chosen] ?? why.answers[0];
  const display = displayOf(measured, "pattern");
  const unexplained = found.filter(({ explained }) => !explained).length;
  const spots = answer
    ? `; ${answer.used} spots used, ${answer.missed} missed, ${unexplained} unexplained`
    : "";
  return {
    ...{ at, size, answer, words: `${reason(map, at)}${spots}` },
    pictures: [
      { name: "measured", values: measured, display },
      ...(answer
        ? [
            { name: "predicted", values: answer.predicted, display },
            {
              name: "residual",
              values: measured.map((value, i) => value - answer.predicted[i]!),
              display: displayOf(measured, "residual"),
            },
          ]
        : []),
    ],
  };
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

function Pattern({
  name,
  values,
  size,
  like,
  kind,
}: {
  readonly name: string;
  readonly values: Float32Array;
  readonly size: number;
  /** The values that the range of colours is taken from, so that the three compare. */
  readonly like: Float32Array;
  readonly kind: "pattern" | "residual";
}) {
  const shown = useSignal<Picture>({ width: size, height: size, values });
  if (shown.peek().values !== values) shown.value = { width: size, height: size, values };
  const box = useSignal<undefined | { zoom: number; left: number; top: number }>(undefined);
  const control = useMemo(() => new ViewControl(box), [box]);
  const range = useSignal(like);
  if (range.peek() !== like) range.value = like;
  const display = useComputed<Display>(() => displayOf(range.value, kind));
  const pixel = useComputed(() => ({ x: 0, y: 1, unit: "px" }));
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
      />
      <figcaption>{name}</figcaption>
    </figure>
  );
}
