import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { OrientationMap } from "../../../core/orientation-map.ts";
import { numberText } from "../../../figures/number-text.ts";
import type { PoleDisc, PoleFigures } from "../../../figures/pole-figure.ts";
import type { Vector3 } from "../../../science/crystal/rotation.ts";
import { toDisc } from "../../../science/crystal/texture.ts";
import { latestOnly } from "../../state/latest.ts";
import { lookedAt, marked } from "../../state/selection.ts";
import { platform } from "../../state/workspace.ts";
import { fail, setState } from "../contract.ts";
import type { PanelProps } from "../mount.tsx";
import { directionsAt, fromDisc } from "./directions.ts";
import "./pole.css";

export interface PoleLook {
  readonly withinDeg: number;
}

/** A direction of the sample that was clicked in one of the figures. */
interface Chosen {
  readonly disc: PoleDisc;
  readonly along: Vector3;
}

const ANGLES = [2, 5, 10, 15, 20] as const;

/** Pole figures of a phase with the point at the cursor; a click marks the points that have a direction there. */
export function PoleView({ host, item, view, change, figure }: PanelProps<PoleLook, OrientationMap>) {
  const phase = useSignal(
    Math.max(
      0,
      item.phases.findIndex((_, p) => item.phase.includes(p)),
    ),
  );
  const found = useSignal<PoleFigures | undefined>(undefined);
  const chosen = useSignal<Chosen | undefined>(undefined);
  useEffect(() => {
    let current = true;
    setState(host, "loading");
    platform.desk.call("poles", { map: item, phase: phase.value }).then(
      (figures) => {
        if (!current) return;
        found.value = figures;
        setState(host, figures ? "ready" : "empty");
      },
      (error) => {
        if (current) fail(host, error);
      },
    );
    return () => {
      current = false;
    };
  }, [item, phase.value]);
  const mark = useMemo(
    () =>
      latestOnly(
        ({ disc, along, withinDeg }: Chosen & { withinDeg: number }) =>
          platform.desk.call("pointsAlong", {
            ...{ map: item, phase: phase.peek(), direction: disc.direction, along, withinDeg },
          }),
        (points, { disc, withinDeg }) => {
          const count = points.reduce((sum, point) => sum + point, 0);
          marked.value = { item, points, words: `${count} points within ${withinDeg}° of [${disc.label}]` };
        },
        (error) => fail(host, error),
      ),
    [item],
  );
  const clear = () => {
    chosen.value = undefined;
    marked.value = undefined;
  };
  useEffect(() => clear, [item]);
  figure.now = async () => {
    const figures = found.peek();
    if (!figures) return undefined;
    const { data, discs: _, ...drawn } = figures;
    return { ...drawn, methods: drawn.caption, csv: () => data };
  };
  const choose = (event: PointerEvent, figures: PoleFigures) => {
    const svg = event.currentTarget as SVGSVGElement;
    const matrix = svg.getScreenCTM();
    if (!matrix) return;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    for (const disc of figures.discs) {
      const along = fromDisc((at.x - disc.x) / disc.radius, (at.y - disc.y) / disc.radius);
      if (!along) continue;
      chosen.value = { disc, along };
      mark({ disc, along, withinDeg: view.peek().withinDeg });
      return;
    }
    clear();
  };
  const figures = found.value;
  const point = useComputed(() => lookedAt.value.y * item.width + lookedAt.value.x);
  const box = figures && /viewBox="([^"]+)"/.exec(figures.svg)?.[1];
  return (
    <div class="panel-body">
      <div class="tools">
        {item.phases.length > 1 && (
          <select
            aria-label="which phase"
            data-command="pole.phase"
            value={String(phase.value)}
            onChange={(event) => {
              clear();
              phase.value = Number(event.currentTarget.value);
            }}
          >
            {item.phases.map(({ name }, p) => (
              <option key={name} value={String(p)}>
                {name}
              </option>
            ))}
          </select>
        )}
        <label class="tool">
          <span class="faint">mark within </span>
          <select
            data-command="pole.within"
            value={String(view.value.withinDeg)}
            onChange={(event) => {
              const withinDeg = Number(event.currentTarget.value);
              change({ withinDeg });
              if (chosen.peek()) mark({ ...chosen.peek()!, withinDeg });
            }}
          >
            {ANGLES.map((angle) => (
              <option key={angle} value={String(angle)}>
                {angle}°
              </option>
            ))}
          </select>
        </label>
        {marked.value?.item === item && (
          <>
            <span data-pole="marked">{marked.value.words}</span>
            <button type="button" class="quiet" data-command="pole.clear" onClick={clear}>
              Unmark
            </button>
          </>
        )}
      </div>
      {figures && box ? (
        <div class="poles">
          <img src={`data:image/svg+xml;utf8,${encodeURIComponent(figures.svg)}`} alt={figures.alt} />
          <svg
            class="pole-marks"
            viewBox={box}
            aria-hidden="true"
            onPointerDown={(event) => choose(event, figures)}
          >
            {figures.discs.map((disc) => (
              <Marks
                key={disc.label}
                disc={disc}
                along={chosen.value?.disc === disc ? chosen.value.along : undefined}
                withinDeg={view.value.withinDeg}
                poles={
                  item.phase[point.value] === phase.value
                    ? directionsAt(item, point.value, disc.direction)
                    : []
                }
              />
            ))}
          </svg>
        </div>
      ) : (
        <p class="tools faint">
          {figures === undefined && host.closest<HTMLElement>("[data-panel]")?.dataset.state === "empty"
            ? "Fewer than ten points have this phase."
            : "Counting directions …"}
        </p>
      )}
    </div>
  );
}

/** Directions of the point that is looked at as rings, and the one that was clicked with its angle. */
function Marks(props: {
  readonly disc: PoleDisc;
  readonly poles: readonly Vector3[];
  readonly along: Vector3 | undefined;
  readonly withinDeg: number;
}) {
  const { disc, poles, along, withinDeg } = props;
  const place = (v: Vector3): [number, number] => {
    const [x, y] = toDisc(v);
    return [disc.x + x * disc.radius, disc.y + y * disc.radius];
  };
  const seen = new Map(poles.map((v) => [v.map((c) => c.toFixed(4)).join(), v]));
  return (
    <g>
      {[...seen].map(([name, v]) => {
        const [x, y] = place(v);
        return <circle key={name} class="pole-ring" cx={x} cy={y} r={1.6} />;
      })}
      {along && <path class="pole-chosen" d={circleAround(along, withinDeg, place)} />}
    </g>
  );
}

/** The circle of directions at an angle from one, as it looks on the disc; parts below are shown at their opposite. */
function circleAround(along: Vector3, deg: number, place: (v: Vector3) => [number, number]): string {
  const [x, y, z] = along;
  const other: Vector3 = Math.abs(z) < 0.9 ? [0, 0, 1] : [1, 0, 0];
  const cross = (a: Vector3, b: Vector3): Vector3 => [
    a[1] * b[2] - a[2] * b[1],
    a[2] * b[0] - a[0] * b[2],
    a[0] * b[1] - a[1] * b[0],
  ];
  const side = cross(along, other);
  const size = Math.hypot(...side);
  const u: Vector3 = [side[0] / size, side[1] / size, side[2] / size];
  const w = cross(along, u);
  const [c, s] = [Math.cos((deg * Math.PI) / 180), Math.sin((deg * Math.PI) / 180)];
  let [d, last] = ["", 1];
  for (let k = 0; k <= 72; k++) {
    const t = (2 * Math.PI * k) / 72;
    const v = [x, y, z].map(
      (a, i) => c * a + s * (Math.cos(t) * u[i]! + Math.sin(t) * w[i]!),
    ) as unknown as Vector3;
    const sign = v[2] < 0 ? -1 : 1;
    const [px, py] = place([sign * v[0], sign * v[1], sign * v[2]]);
    d += `${k > 0 && sign === last ? "L" : "M"}${numberText(px, 5).replace("−", "-")} ${numberText(py, 5).replace("−", "-")}`;
    last = sign;
  }
  return d;
}
