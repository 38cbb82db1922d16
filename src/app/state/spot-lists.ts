import { type Signal as State, signal } from "@preact/signals";
import type { PointList } from "../../core/contracts.ts";
import { isLithoscopeError } from "../../core/errors.ts";
import type { SpotSummary } from "../desk/spot-summary.ts";
import { type ErrorWords, errorWords } from "./error-words.ts";
import { handleOf } from "./items.ts";
import { platform } from "./workspace.ts";

/** What is known of the lists of a scan, for all panels that show them. */
export interface SpotLists {
  readonly summary: State<SpotSummary | undefined>;
  /** Share that is counted, 0 … 1. */
  readonly share: State<number>;
  readonly error: State<ErrorWords | undefined>;
}

const known = new WeakMap<PointList, SpotLists>();

/** The lists of a scan, counted once. */
export function spotLists(item: PointList): SpotLists {
  const found = known.get(item);
  if (found) return found;
  const made: SpotLists = { summary: signal(undefined), share: signal(0), error: signal(undefined) };
  known.set(item, made);
  const progress = (share: number) => {
    made.share.value = share;
  };
  platform.desk.call("spotSummary", handleOf(item)!, { progress }).then(
    (summary) => {
      made.summary.value = summary;
    },
    (error) => {
      known.delete(item);
      if (!isLithoscopeError(error, "Cancelled")) made.error.value = errorWords(error);
    },
  );
  return made;
}
