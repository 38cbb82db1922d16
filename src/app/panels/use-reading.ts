import { effect, type Signal as State, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Item } from "../../core/contracts.ts";
import { latestOnly } from "../state/latest.ts";
import { fail, setState } from "./contract.ts";

/** What was read, and of which place. */
export interface Reading<P, V> {
  readonly at: P;
  readonly value: V;
}

/**
 * What an item has at the place that is looked at, read anew as that moves; what was read stays until the next is
 * there, and places passed over meanwhile are not read. The panel shows its state.
 *
 * @param place reads signals
 * @param reader made once for each item
 */
export function useReading<P, V>(
  host: HTMLElement,
  item: Item,
  place: () => P,
  reader: () => (at: P) => Promise<V> | V,
): State<Reading<P, V> | undefined> {
  const found = useMemo(() => signal<Reading<P, V> | undefined>(undefined), [item]);
  useEffect(() => {
    const read = reader();
    let asked = 0;
    const show = latestOnly(
      async (at: P): Promise<Reading<P, V>> => ({ at, value: await read(at) }),
      (answer) => {
        found.value = answer;
        performance.measure("litho:cursor", { start: asked });
        setState(host, "ready");
      },
      (error) => fail(host, error),
    );
    setState(host, "loading");
    return effect(() => {
      asked = performance.now();
      show(place());
    });
  }, [item]);
  return found;
}
