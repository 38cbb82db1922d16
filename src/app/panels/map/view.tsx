import { effect, useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { OrientationMap } from "../../../core/orientation-map.ts";
import { scalarRgb } from "../../../figures/colour-map.ts";
import { colourBar } from "../../../figures/key.ts";
import { numberText } from "../../../figures/number-text.ts";
import type { Mark } from "../../../figures/picture-parts.ts";
import type { Display } from "../../canvas/display.ts";
import { type Picture, type Place, ViewControl } from "../../canvas/image-view.tsx";
import type { MapPicture } from "../../desk/map-picture.ts";
import { contrastOf, showPicture } from "../../state/contrast.ts";
import { keyOf } from "../../state/items.ts";
import { keptBox } from "../../state/kept-box.ts";
import { latestOnly } from "../../state/latest.ts";
import { lookedAt, marked, selection } from "../../state/selection.ts";
import { platform } from "../../state/workspace.ts";
import { fail, setState } from "../contract.ts";
import { cursorActions } from "../cursor-keys.ts";
import { grainAt, outlineOf } from "../grain-places.ts";
import { KeptLines, lineToolOf, MeasureBar, measureActions } from "../measure.tsx";
import type { PanelProps } from "../mount.tsx";
import { contrastActions, displayOf, moveViewActions } from "../picture-tools.tsx";
import { ScanView } from "../scan-view.tsx";
import { pictureExporter, pinMarks } from "../seen.ts";
import { seenMap } from "./seen-map.ts";
import "./map.css";

export interface MapLook {
  readonly shows: string;
  readonly boundaries: boolean;
}

/** What can be shown, with the words of the chooser. */
function choices(map: OrientationMap): [string, string][] {
  const ipf = ["x", "y", "z"].flatMap((axis): [string, string][] => [
    [`ipf-${axis}`, `IPF ${axis.toUpperCase()}`],
    [`ipf-${axis}-readable`, `IPF ${axis.toUpperCase()}, readable colours`],
  ]);
  const extra = Object.keys(map.extra).map((name): [string, string] => [name, name.replaceAll("_", " ")]);
  return [...ipf, ["phase", "phase"], ...extra];
}

/** An orientation map: directions, phases or any number of it, with its key beside it. */
export function MapView({ host, item, view, change, actions, figure }: PanelProps<MapLook, OrientationMap>) {
  const { width, height, step, unit } = item;
  const key = keyOf(item);
  const drawn = useSignal<MapPicture | undefined>(undefined);
  const box = keptBox("map", width, height);
  const control = useMemo(() => new ViewControl(box), [box]);
  const line = lineToolOf("map");
  const able = choices(item);
  const chosen = useComputed(() => {
    const { shows } = view.value;
    return able.some(([id]) => id === shows) ? shows : "ipf-z";
  });
  const shows = chosen.value;
  const contrast = contrastOf(`map ${shows}`);
  /** Numbers that are coloured here, so that their contrast follows the hand; the other maps come in colours. */
  const numbers = useComputed(() => {
    const name = chosen.value;
    return name === "class" || name === "grain" ? undefined : item.extra[name];
  });
  const values = useComputed(() => numbers.value?.values);
  const display = useComputed<Display | undefined>(() =>
    displayOf({ colours: "cividis", scale: "linear" }, contrastOf(`map ${chosen.value}`), values.value),
  );
  const numbersUnit = useComputed(() => numbers.value?.unit ?? "1");
  useEffect(() => {
    if (!values.peek()) return;
    return showPicture("map", { title: "Map", values, unit: numbersUnit, display, contrast });
  }, [item, shows]);
  const draw = useMemo(
    () =>
      latestOnly(
        (what: string) => platform.desk.call("mapPicture", { map: item, shows: what }),
        (found) => {
          drawn.value = found;
          setState(host, "ready");
        },
        (error) => fail(host, error),
      ),
    [item],
  );
  useEffect(() => {
    if (!values.peek()) draw(shows);
    else setState(host, "ready");
  }, [shows, draw]);
  const picture = useComputed<Picture | undefined>(() => {
    const picked = marked.value?.item === item ? marked.value.points : undefined;
    const how = display.value;
    if (values.value && !picked) return { width, height, values: values.value };
    const rgb =
      values.value && how ? scalarRgb(values.value, how.low, how.high, how.colours) : drawn.value?.rgb;
    return rgb && { width, height, rgb: picked ? darkened(rgb, picked) : rgb };
  });
  const pixel = useComputed(() => ({ x: step[0], y: step[1], unit }));
  const words = useComputed(() =>
    valueWords(item, chosen.value, lookedAt.value.y * width + lookedAt.value.x),
  );
  useEffect(
    () =>
      effect(() => {
        const { x, y } = lookedAt.value;
        const place =
          unit === "px" ? "" : ` · ${numberText(x * step[0])}, ${numberText(y * step[1])} ${unit}`;
        selection.reading.value = `x ${x}  y ${y} px${place} · ${words.value}`;
      }),
    [item],
  );
  const sides = useSignal<Extract<Mark, { kind: "sides" }>[] | undefined>(undefined);
  const bounded = view.value.boundaries;
  useEffect(() => {
    if (!bounded) {
      sides.value = undefined;
      return;
    }
    let current = true;
    void platform.desk.call("mapBoundaries", item).then(
      (found) => {
        if (current) sides.value = found;
      },
      (error) => fail(host, error),
    );
    return () => {
      current = false;
    };
  }, [item, bounded]);
  const toggleBoundaries = () => change({ ...view.peek(), boundaries: !view.peek().boundaries });
  Object.assign(actions, cursorActions(width, height), measureActions(line, width, height), {
    ...moveViewActions(control),
    ...contrastActions(contrast, display),
    "map.x": () => change({ ...view.peek(), shows: "ipf-x" }),
    "map.y": () => change({ ...view.peek(), shows: "ipf-y" }),
    "map.z": () => change({ ...view.peek(), shows: "ipf-z" }),
    "map.boundaries": toggleBoundaries,
  });
  figure.now = pictureExporter(() => {
    const how = display.peek();
    const shown =
      values.peek() && how
        ? {
            rgb: scalarRgb(values.peek()!, how.low, how.high, how.colours),
            key: colourBar(how.colours, how.low, how.high, { name: chosen.peek(), unit: numbersUnit.peek() }),
          }
        : drawn.peek();
    const label = able.find(([id]) => id === chosen.peek())?.[1] ?? "";
    const seen = {
      label,
      window: control.window({ width, height }),
      marks: [...(sides.peek() ?? []), ...pinMarks(key)],
    };
    return shown && seenMap(item, chosen.peek(), shown, seen);
  });
  const shown = display.value;
  const legend = shown
    ? colourBar(shown.colours, shown.low, shown.high, { name: shows, unit: numbersUnit.value })
    : drawn.value?.key;
  return (
    <div class="panel-body">
      <div class="tools">
        <select
          aria-label="which map"
          data-command="map.shows"
          value={shows}
          onChange={(event) => change({ ...view.peek(), shows: event.currentTarget.value })}
        >
          {able.map(([id, label]) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
        <label title="Phases, from 10° solid, 2 to 10° thin, twins red and dashed (O)">
          <input
            type="checkbox"
            data-command="map.boundaries"
            checked={bounded}
            onChange={toggleBoundaries}
          />{" "}
          boundaries
        </label>
      </div>
      <div class="with-key">
        <ScanView
          name={`Map ${shows} of ${item.title}`}
          summary={words}
          {...{ item, width, height, picture, display, pixel }}
          view={control}
          line={line}
        >
          {(place: Place) => (
            <>
              <Sides place={place} marks={sides.value ?? []} />
              <GrainOutline place={place} map={item} />
              <KeptLines place={place} item={key} over="nav" />
            </>
          )}
        </ScanView>
        {legend && (
          <svg
            class="key"
            role="img"
            aria-label="key of the colours"
            viewBox={`-4 -4 ${legend.width + 8} ${legend.height + 8}`}
            style={{ width: `${(1.5 * (legend.width + 8)) / 16}rem` }}
            // The figures' own drawing: SVG text made here, names of phases escaped.
            dangerouslySetInnerHTML={{ __html: legend.svg }}
          />
        )}
      </div>
      <MeasureBar tool={line} over="nav" {...{ item, pixel, picture }} />
    </div>
  );
}

/** How bright points are that were not picked out. */
const DARK = 0.25;

function darkened(rgb: Uint8Array, picked: Uint8Array): Uint8Array {
  return rgb.map((value, i) => (picked[Math.floor(i / 3)] ? value : DARK * value));
}

/** The boundaries over the map. */
function Sides({
  place,
  marks,
}: {
  readonly place: Place;
  readonly marks: readonly Extract<Mark, { kind: "sides" }>[];
}) {
  const [[left, top], [right, bottom]] = [place.at(-0.5, -0.5), place.at(0.5, 0.5)];
  const at = `translate(${left} ${top}) scale(${right - left} ${bottom - top})`;
  return (
    <g class="sides" transform={at}>
      {marks.map(({ name, d, colour, points, dash }) => (
        <g key={name} data-sides={name}>
          <path d={d} stroke="#fff" stroke-width={1.6 * points + 1.2} />
          <path d={d} stroke={colour} stroke-width={1.6 * points} stroke-dasharray={dash} />
        </g>
      ))}
    </g>
  );
}

/** The grain at the cursor, outlined. */
function GrainOutline({ place, map }: { readonly place: Place; readonly map: OrientationMap }) {
  const { x, y } = selection.cursor.value;
  const grain = grainAt(map, x, y);
  const sides = useMemo(() => (grain === undefined ? [] : outlineOf(map, grain)), [map, grain]);
  if (sides.length === 0) return null;
  let d = "";
  for (let i = 0; i < sides.length; i += 4) {
    const [from, to] = [place.at(sides[i]!, sides[i + 1]!), place.at(sides[i + 2]!, sides[i + 3]!)];
    d += `M${from[0].toFixed(1)} ${from[1].toFixed(1)}L${to[0].toFixed(1)} ${to[1].toFixed(1)}`;
  }
  return (
    <g class="outline" data-grain={grain}>
      <path class="under" d={d} />
      <path class="over" d={d} />
    </g>
  );
}

function valueWords(map: OrientationMap, shows: string, i: number): string {
  const phase = map.phases[map.phase[i]!]?.name ?? "not indexed";
  const extra = map.extra[shows];
  return extra ? `${phase}, ${shows.replaceAll("_", " ")} ${numberText(extra.values[i]!)}` : phase;
}
