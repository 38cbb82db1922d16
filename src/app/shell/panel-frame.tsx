import { useEffect, useRef } from "preact/hooks";
import { setActions } from "../commands/panel-commands.ts";
import { faults, type Mounted, type Panel } from "../panels/contract.ts";
import { errorWords } from "../state/error-words.ts";
import { exporters, exporting, setExporter } from "../state/exports.ts";
import { setView, viewOf } from "../state/views.ts";
import { type Entry, focused, maximised } from "../state/workspace.ts";
import { PanelTitle, PlaceMenu, type Placing } from "./panel-place.tsx";

/** How a panel is exported: as it is seen, else by the figure that it makes of its item. */
function exporterOf(
  panel: Panel<unknown>,
  { item }: Entry,
  mounted: Mounted<unknown>,
): Mounted<unknown>["figure"] {
  if (mounted.figure || !panel.figure) return mounted.figure;
  return async () => {
    const { data, ...figure } = await panel.figure!(item, viewOf(panel));
    return { ...figure, methods: figure.caption, csv: () => data };
  };
}

/** One panel with its title, in which an error of its own stays its own. */
export function PanelFrame({
  panel,
  entry,
  number,
  tabs,
  show,
  placing,
}: {
  panel: Panel<unknown>;
  entry: Entry;
  number: number;
  /** The panels of this place, this one among them. */
  tabs: readonly Panel<unknown>[];
  /** Brings another of them to the front. */
  show?: (panel: string) => void;
  /** How the panel is moved; undefined where there is one place. */
  placing?: Placing;
}) {
  const host = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLElement>(null);
  const { item } = entry;
  useEffect(() => {
    let mounted: Mounted<unknown> | undefined;
    try {
      mounted = panel.mount(host.current!, item, viewOf(panel), (view) => setView(panel, view));
      setActions(panel.id, mounted.actions ?? {});
      setExporter(panel.id, exporterOf(panel, entry, mounted));
    } catch (error) {
      const words = errorWords(error);
      frame.current!.dataset.state = words.state;
      host.current!.textContent = words.message;
    }
    return () => {
      setActions(panel.id, undefined);
      setExporter(panel.id, undefined);
      mounted?.destroy();
    };
  }, [panel, item]);
  const full = maximised.value === panel.id;
  const fault = faults.value.get(panel.id);
  return (
    <section
      ref={frame}
      class={focused.value === panel.id ? "panel focused" : "panel"}
      aria-label={panel.title}
      data-panel={panel.id}
      data-state="loading"
      data-number={number}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a panel takes the focus, for its keys
      tabIndex={0}
      onFocusIn={() => {
        focused.value = panel.id;
      }}
      onPointerDown={(event) => {
        focused.value = panel.id;
        // A press on the picture gives the panel the keys; one on a control gives that the focus.
        if (!(event.target as Element).closest("button, input, select, summary, a, label, td, th"))
          event.currentTarget.focus({ preventScroll: true });
      }}
    >
      <header>
        <PanelTitle {...{ panel, tabs, show, placing }} />
        {exporters.value.has(panel.id) && (
          <button
            type="button"
            class="quiet"
            aria-label={`Export ${panel.title}`}
            title="Export figure (Ctrl E)"
            data-command="panel.export"
            onClick={() => {
              exporting.value = panel.id;
            }}
          >
            ⤓
          </button>
        )}
        {placing && <PlaceMenu panel={panel} placing={placing} />}
        <button
          type="button"
          class="quiet"
          aria-pressed={full}
          aria-label={full ? `Show all panels` : `${panel.title} in full`}
          title={full ? "All panels (F)" : "In full (F)"}
          data-command="panel.maximise"
          onClick={() => {
            maximised.value = full ? undefined : panel.id;
          }}
        >
          {full ? "▣" : "□"}
        </button>
      </header>
      {fault && (
        <p class="fault wrong" role="alert">
          {fault.message}
          {fault.hint && ` ${fault.hint}.`}{" "}
          <button
            type="button"
            class="quiet"
            data-command="error.copy"
            onClick={() => void navigator.clipboard.writeText(fault.details)}
          >
            Copy details
          </button>
        </p>
      )}
      <div ref={host} class="panel-host" />
    </section>
  );
}
