import type { Panel } from "../panels/contract.ts";
import type { Target } from "../state/layout.ts";

/** What is dragged when a panel's title is. */
export const DRAGGED = "application/x-lithoscope-panel";

/** How a panel is moved to another place. */
export interface Placing {
  /** Panels of other places. */
  readonly others: readonly Panel<unknown>[];
  /** Moves it; undefined puts all panels where they are at first. */
  readonly to: (target: Target | undefined) => void;
}

function startDrag(event: DragEvent, panel: string): void {
  event.dataTransfer?.setData(DRAGGED, panel);
}

/** The title of a panel, or the tabs of those that share a place; dragged to move it. */
export function PanelTitle(props: {
  readonly panel: Panel<unknown>;
  readonly tabs: readonly Panel<unknown>[];
  readonly show: ((panel: string) => void) | undefined;
  readonly placing: Placing | undefined;
}) {
  const { panel, tabs, show, placing } = props;
  if (tabs.length < 2)
    return (
      <h2 draggable={placing !== undefined} onDragStart={(event) => startDrag(event, panel.id)}>
        {panel.title}
      </h2>
    );
  return (
    <div class="tabs" role="tablist" aria-label="panels of this place">
      {tabs.map(({ id, title }) => (
        <button
          key={id}
          type="button"
          role="tab"
          aria-selected={id === panel.id}
          data-command="panel.tab"
          data-tab={id}
          draggable
          onDragStart={(event) => startDrag(event, id)}
          onClick={() => show?.(id)}
        >
          {title}
        </button>
      ))}
    </div>
  );
}

/** Where else a panel can go, for those who do not drag. */
export function PlaceMenu({ panel, placing }: { readonly panel: Panel<unknown>; readonly placing: Placing }) {
  const go = (value: string) => {
    const [where, of] = value.split(" ") as [Target["where"] | "first", string];
    placing.to(where === "first" ? undefined : { where, of });
  };
  return (
    <select
      class="place"
      aria-label={`Place of ${panel.title}`}
      title="Place of this panel"
      data-command="panel.place"
      value=""
      onChange={(event) => go(event.currentTarget.value)}
    >
      <option value="" hidden>
        ⋯
      </option>
      <option value={`right ${panel.id}`}>in a column of its own</option>
      <option value={`below ${panel.id}`}>below the others here</option>
      {placing.others.flatMap(({ id, title }) => [
        <option key={`tabs ${id}`} value={`tabs ${id}`}>
          as a tab beside {title}
        </option>,
        <option key={`below ${id}`} value={`below ${id}`}>
          below {title}
        </option>,
      ])}
      <option value="first">all panels as at first</option>
    </select>
  );
}
