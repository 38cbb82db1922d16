import type { Signal } from "../../../core/contracts.ts";
import { CARRIED } from "../../carried-header.ts";
import { lookup } from "../../lookup.ts";
import { storedSignal } from "../../stored-signal.ts";
import { datasetSignal, type FoundItem, type Hdf5File } from "../dialect.ts";
import { childDataset, type H5Dataset, type H5Group, textOf } from "../parse.ts";
import { dtypeOf } from "../values.ts";

/** Numbers that one element is made of and that our writer keeps as a last axis. */
const PARTS: Readonly<Record<string, number>> = { rgb8: 3 };

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    // Whatever else stands in an attribute of this name is not ours.
    return undefined;
  }
}

/** A signal that our writer put into a group, as it was; undefined for groups of others. */
export function foundStored(file: Hdf5File, group: H5Group, dataset: H5Dataset): FoundItem | undefined {
  const text = childDataset(group, "lithoscope");
  const described = parsed(text && textOf(file.library.value(text)));
  const header = childDataset(group, CARRIED);
  const carried = described === undefined ? undefined : parsed(header && textOf(file.library.value(header)));
  if (carried !== undefined) file.documents[CARRIED] = carried;
  const own = storedSignal(described, dataset.shape);
  if (own && own.dtype === dtypeOf(dataset.type)) {
    return {
      path: dataset.path,
      notices: [],
      item: (ref) => ({ ...datasetSignal(file, dataset, own, ref), meta: own.meta }),
    };
  }
  const split = storedSignal(described, dataset.shape.slice(0, -1));
  const parts = lookup(PARTS, split?.dtype);
  if (!split || parts === undefined || parts !== dataset.shape.at(-1)) return undefined;
  const last = {
    name: "part",
    role: "signal",
    size: parts,
    unit: "px",
    scale: 1,
    offset: 0,
    from: "none",
  } as const;
  return {
    path: dataset.path,
    notices: [],
    item: (ref) => {
      const whole = datasetSignal(file, dataset, { ...split, axes: [...split.axes, last] }, ref);
      const tile: Signal["tile"] = ({ start, stop }, signal) =>
        whole.tile({ start: [...start, 0], stop: [...stop, parts] }, signal);
      return { ...whole, ...split, block: whole.block.slice(0, -1), tile };
    },
  };
}
