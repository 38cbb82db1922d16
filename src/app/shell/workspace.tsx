import { useRef } from "preact/hooks";
import type { Panel } from "../panels/contract.ts";
import { panelsFor } from "../panels/index.ts";
import {
  type Column,
  type Layout,
  layoutFor,
  moved,
  resized,
  type Slot,
  setLayout,
  type Target,
  withActive,
} from "../state/layout.ts";
import { type Entry, maximised } from "../state/workspace.ts";
import { Edge } from "./edge.tsx";
import { PanelFrame } from "./panel-frame.tsx";
import { DRAGGED } from "./panel-place.tsx";
import "./workspace.css";

/** The panels that can show an entry, where they were put. */
export function Workspace({ entry }: { readonly entry: Entry }) {
  const able = panelsFor(entry.item);
  const ids = able.map(({ id }) => id);
  const full = able.find(({ id }) => id === maximised.value);
  if (full)
    return (
      <main class="panels">
        <PanelFrame key={`${full.id} ${entry.key}`} panel={full} entry={entry} tabs={[full]} number={1} />
      </main>
    );
  const wide = able.flatMap(({ id, wide: needs }) => (needs ? [id] : []));
  const layout = layoutFor(ids, wide);
  const change = (next: Layout | undefined) => setLayout(ids, next);
  const count = layout.flatMap(({ slots }) => slots).length;
  let number = 0;
  return (
    <main class="panels" data-count={count}>
      {layout.map((column, c) => (
        <ColumnView key={column.slots.map(({ panels }) => panels[0]).join()} column={column}>
          {column.slots.flatMap((slot, s) => [
            ...(s > 0
              ? [
                  <Edge
                    key={`edge ${slot.panels[0]}`}
                    lies="across"
                    move={(by) =>
                      change(
                        layout.map((one, i) =>
                          i === c ? { ...one, slots: resized(one.slots, s - 1, by) } : one,
                        ),
                      )
                    }
                  />,
                ]
              : []),
            <SlotView
              key={`${slot.active} ${entry.key}`}
              {...{ slot, entry, able, layout, change }}
              number={++number}
            />,
          ])}
          {c + 1 < layout.length && <Edge lies="down" move={(by) => change(resized(layout, c, by))} />}
        </ColumnView>
      ))}
    </main>
  );
}

function ColumnView({
  column,
  children,
}: {
  readonly column: Column;
  readonly children: preact.ComponentChildren;
}) {
  return (
    <div class="column" style={{ flexGrow: column.share }}>
      {children}
    </div>
  );
}

/** Where in a place something would be dropped. */
function zoneOf(event: DragEvent): Target["where"] {
  const { left, top, width, height } = (event.currentTarget as Element).getBoundingClientRect();
  if ((event.clientX - left) / width > 0.7) return "right";
  return (event.clientY - top) / height > 0.7 ? "below" : "tabs";
}

function SlotView(props: {
  readonly slot: Slot;
  readonly entry: Entry;
  readonly able: readonly Panel<unknown>[];
  readonly layout: Layout;
  readonly change: (layout: Layout | undefined) => void;
  readonly number: number;
}) {
  const { slot, entry, able, layout, change, number } = props;
  const host = useRef<HTMLDivElement>(null);
  const tabs = slot.panels.map((id) => able.find((panel) => panel.id === id)!);
  const active = tabs.find(({ id }) => id === slot.active)!;
  const mark = (zone: string | undefined) => {
    if (zone) host.current!.dataset.drop = zone;
    else delete host.current!.dataset.drop;
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is dropped here can be moved by the menu too
    <div
      ref={host}
      class="slot"
      style={{ flexGrow: slot.share }}
      onDragOver={(event) => {
        if (!event.dataTransfer?.types.includes(DRAGGED)) return;
        event.preventDefault();
        mark(zoneOf(event));
      }}
      onDragLeave={() => mark(undefined)}
      onDrop={(event) => {
        mark(undefined);
        const panel = event.dataTransfer?.getData(DRAGGED);
        if (!panel || !able.some(({ id }) => id === panel)) return;
        event.preventDefault();
        change(moved(layout, panel, { where: zoneOf(event), of: slot.active }));
      }}
    >
      <PanelFrame
        panel={active}
        entry={entry}
        number={number}
        tabs={tabs}
        show={(id) => change(withActive(layout, id))}
        placing={{
          others: able.filter(({ id }) => !slot.panels.includes(id)),
          to: (target) => change(target && moved(layout, active.id, target)),
        }}
      />
    </div>
  );
}
