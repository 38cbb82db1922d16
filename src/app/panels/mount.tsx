import { type Signal as State, signal } from "@preact/signals";
import { type ComponentType, render } from "preact";
import type { Item } from "../../core/contracts.ts";
import type { Mounted } from "./contract.ts";

/** What a panel's component is given. */
export interface PanelProps<V, I extends Item = Item> {
  readonly host: HTMLElement;
  readonly item: I;
  readonly view: State<V>;
  readonly change: (view: V) => void;
  /** Says what the commands of this panel do; filled while it is drawn. */
  readonly actions: Record<string, () => void>;
  /** `now` is how the panel is exported; filled while it is drawn, by panels that can be. */
  readonly figure: { now?: NonNullable<Mounted<V>["figure"]> };
}

/** Mounts a component as a panel. */
export function mountComponent<V, I extends Item>(
  Component: ComponentType<PanelProps<V, I>>,
  host: HTMLElement,
  item: I,
  view: V,
  change: (view: V) => void,
): Mounted<V> {
  const state = signal(view);
  const actions: Record<string, () => void> = {};
  const figure: PanelProps<V>["figure"] = {};
  const both = (next: V) => {
    state.value = next;
    change(next);
  };
  render(
    <Component host={host} item={item} view={state} change={both} actions={actions} figure={figure} />,
    host,
  );
  return {
    actions,
    ...(figure.now && { figure: async (paper) => figure.now?.(paper) }),
    update: (next) => {
      state.value = next;
    },
    destroy: () => render(null, host),
  };
}
