import { effect, useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Stream, Table } from "../../../core/contracts.ts";
import { sampledTable } from "../../../core/sampled-table.ts";
import { numberText } from "../../../figures/number-text.ts";
import type { Span } from "../../canvas/plot-range.ts";
import type { PlotControl } from "../../canvas/plot-view.tsx";
import { selection } from "../../state/selection.ts";
import { theme } from "../../state/theme.ts";
import { fail, setState } from "../contract.ts";
import type { PanelProps } from "../mount.tsx";
import { nextOf } from "../picture-tools.tsx";
import { shownName, type Trace } from "./curves.ts";
import { type TraceLook, tableOf } from "./look.ts";
import { chosenPreset, columnsOf, presetTrace } from "./preset-trace.ts";
import { firstPreset, type Preset, presetsOf } from "./presets.ts";
import { CurveKey, Strips, traceActions } from "./strips.tsx";
import "./trace.css";

const SCALES = ["auto", "linear", "log"] as const;
const NONE: Trace = { x: { name: "", unit: "", log: false }, strips: [], equal: false };

/** The trace while only some of the rows are read. */
function sampledTrace(trace: Trace): Trace {
  const strips = trace.strips.map((strip) => ({
    ...strip,
    curves: strip.curves.map((curve) => ({ ...curve, sampled: true })),
  }));
  return { ...trace, strips };
}

/** Columns of a table over one of them. */
export function TableTraceView({ host, item, view, change, actions }: PanelProps<TraceLook, Table | Stream>) {
  const { table, clock } = useMemo(() => tableOf(item), [item]);
  const presets = useMemo(() => presetsOf(table.columns, clock), [table]);
  const names = useMemo(
    () => table.columns.filter(({ type }) => type === "number").map(({ name }) => name),
    [table],
  );
  const first = useSignal<Preset | undefined>(undefined);
  const data = useSignal<Readonly<Record<string, Float64Array>>>({});
  /** Columns of some rows of a long table, drawn until all are read. */
  const some = useSignal<Readonly<Record<string, Float64Array>>>({});
  const across = useSignal<Span | undefined>(undefined);
  const controls = useMemo<PlotControl[]>(() => [], []);
  const preset = useComputed(() => first.value && chosenPreset(view.value, presets, first.value, names));
  const wanted = useComputed(() => (preset.value ? columnsOf(table.columns, preset.value) : []));

  useEffect(() => {
    const stop = new AbortController();
    const onFail = (error: unknown) => {
      if (!stop.signal.aborted) fail(host, error);
    };
    void firstPreset(table, presets, stop.signal).then((found) => {
      first.value = found;
    }, onFail);
    const end = effect(() => {
      const missing = wanted.value.filter((name) => !(name in data.value));
      if (missing.length === 0) {
        if (wanted.value.length > 0) setState(host, "ready");
        return;
      }
      setState(host, "loading");
      const columns = async (from: Table) => {
        const read = missing.map(async (name) => [name, await from.read(name, 0, from.rows, stop.signal)]);
        return Object.fromEntries(await Promise.all(read));
      };
      const sampled = sampledTable(table);
      void (async () => {
        if (sampled) some.value = { ...some.peek(), ...(await columns(sampled)) };
        data.value = { ...data.peek(), ...(await columns(table)) };
      })().catch(onFail);
    });
    return () => {
      stop.abort();
      end();
    };
  }, [table]);

  const trace = useComputed<Trace>(() => {
    const now = preset.value;
    if (!now) return NONE;
    const has = (values: object) => wanted.value.every((name) => name in values);
    const made = (values: Readonly<Record<string, Float64Array>>) =>
      presetTrace(table.columns, values, now, view.value, theme.value);
    if (has(data.value)) return made(data.value);
    return has(some.value) ? sampledTrace(made(some.value)) : NONE;
  });
  /** The values of a row, in words. */
  const rowWords = (row: number): string => {
    const now = preset.peek();
    if (!now) return "";
    const unit = (name: string) => table.columns.find((column) => column.name === name)!.unit;
    const part = (shown: Preset["x"], digits: number) => {
      const value = (shown.negative ? -1 : 1) * (data.peek()[shown.column]?.[row] ?? Number.NaN);
      const of = unit(shown.column);
      return `${shownName(shown)} ${numberText(value, digits)}${of === "1" ? "" : ` ${of}`}`;
    };
    return [`row ${row + 1}`, part(now.x, 7), ...now.y.map((shown) => part(shown, 5))].join(" · ");
  };
  useEffect(
    () =>
      effect(() => {
        const row = selection.hoverRow.value ?? selection.row.value;
        if (row !== undefined && trace.value !== NONE) selection.reading.value = rowWords(row);
      }),
    [table],
  );
  const summary = useComputed(() => {
    const { x, strips } = trace.value;
    return `${strips.map(({ y }) => y.name).join(" and ")} over ${x.name}, ${table.rows} rows.`;
  });
  Object.assign(
    actions,
    traceActions(() => table.rows, controls),
    { "view.scale": () => change({ ...view.peek(), scale: nextOf(SCALES, view.peek().scale) }) },
  );
  const now = preset.value;
  const fitAll = () => actions["view.fit"]?.();
  const choose = (next: Partial<TraceLook>) => {
    fitAll();
    change({ ...view.peek(), ...next });
  };
  /** What is shown as columns of one's own, with one of them changed. */
  const columns = (next: { x?: string; y?: readonly string[] }) => {
    const y = next.y ?? now!.y.map(({ column }) => column);
    choose({ shows: "columns", x: next.x ?? now!.x.column, y: y.join("\n") });
  };
  if (!now) return <div class="panel-body" />;
  const up = now.y.map(({ column }) => column);
  const row = selection.row.value;
  return (
    <div class="panel-body">
      <div class="tools">
        <select
          aria-label="what is shown"
          data-command="trace.shows"
          value={now.id}
          onChange={(event) => choose({ shows: event.currentTarget.value })}
        >
          {presets.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        <ColumnChoice
          label="across"
          command="trace.x"
          names={names}
          value={now.x.column}
          change={(x) => columns({ x })}
        />
        {up.map((name, i) => (
          <ColumnChoice
            key={`${i} ${name}`}
            label={`up, curve ${i + 1}`}
            command="trace.y"
            names={names}
            value={name}
            change={(to) => columns({ y: up.map((old, k) => (k === i ? to : old)) })}
            {...(up.length > 1 && { remove: () => columns({ y: up.filter((_, k) => k !== i) }) })}
          />
        ))}
        <button
          type="button"
          class="quiet"
          data-command="trace.add"
          title="One more column"
          onClick={() => columns({ y: [...up, names.find((name) => !up.includes(name)) ?? names[0]!] })}
        >
          + curve
        </button>
        <label class="tool">
          <span class="spoken">scale up</span>
          <select
            data-command="view.scale"
            value={view.value.scale}
            onChange={(event) =>
              change({ ...view.peek(), scale: event.currentTarget.value as TraceLook["scale"] })
            }
          >
            {SCALES.map((name) => (
              <option key={name} value={name}>
                scale: {name}
              </option>
            ))}
          </select>
        </label>
      </div>
      <CurveKey trace={trace.value} />
      <Strips
        trace={trace}
        across={across}
        controls={controls}
        name={`Trace of ${table.title}`}
        summary={summary}
      />
      <p class="at-cursor" data-trace="cursor">
        {row === undefined ? "" : rowWords(row)}
      </p>
    </div>
  );
}

function ColumnChoice(props: {
  readonly label: string;
  readonly command: string;
  readonly names: readonly string[];
  readonly value: string;
  readonly change: (name: string) => void;
  readonly remove?: () => void;
}) {
  const { label, command, names, value, remove } = props;
  return (
    <span class="tool">
      <select
        aria-label={`column ${label}`}
        data-command={command}
        value={value}
        onChange={(event) => props.change(event.currentTarget.value)}
      >
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      {remove && (
        <button
          type="button"
          class="quiet"
          aria-label={`Leave out ${value}`}
          data-command="trace.remove"
          onClick={remove}
        >
          ×
        </button>
      )}
    </span>
  );
}
