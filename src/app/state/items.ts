import type { Axis, Item, Signal, Table } from "../../core/contracts.ts";
import type { Desk } from "../desk/client.ts";
import type { FileHandle, ItemData } from "../desk/datasets.ts";
import type { ItemHandle } from "../desk/methods.ts";
import type { PixelScale } from "./steps.ts";

const handles = new WeakMap<Item, ItemHandle>();
const keys = new WeakMap<Item, string>();

/** The key under which recipes keep what belongs to an item. */
export function keyOf(item: Item): string {
  return keys.get(item) ?? "";
}

/** Names an item. */
export function setKey(item: Item, key: string): void {
  keys.set(item, key);
}

/** How the desk knows an item; undefined for what a run made. */
export function handleOf(item: Item): ItemHandle | undefined {
  return handles.get(item);
}

/** The item of an open file as the engine's own contract has it: its numbers are read by the desk when asked for. */
export function itemFrom(desk: Desk, file: FileHandle, index: number, data: ItemData): Item {
  const handle = { file, item: index };
  const item = build(desk, handle, data);
  handles.set(item, handle);
  keys.set(item, `f${file.id}/${index}`);
  return item;
}

/** Items before a person said what their pixels are. */
const unscaled = new WeakMap<Item, Item>();

/** The item with the pixel sizes that a person set; without any it is as its file has it. */
export function rescaled(item: Item, scales: readonly PixelScale[]): Item {
  const base = unscaled.get(item) ?? item;
  if (scales.length === 0 || (base.kind !== "signal" && base.kind !== "points")) return base;
  const axes = (given: readonly Axis[]) =>
    given.map((axis, i) => {
      const set = scales.find(({ name }) => name === axis.role);
      // A stack's frames have no length: only the two axes of a picture do.
      const place = given.slice(i + 1).filter(({ role }) => role === axis.role).length;
      if (!set || place > 1 || axis.values) return axis;
      const scale = axis.scale < 0 ? -set.value : set.value;
      const offset = axis.scale === 0 ? 0 : (axis.offset * scale) / axis.scale;
      return { ...axis, scale, offset, unit: set.unit, from: "flag" as const };
    });
  const made: Item =
    base.kind === "signal"
      ? { ...base, axes: axes(base.axes) }
      : { ...base, navigation: axes(base.navigation) };
  unscaled.set(made, base);
  handles.set(made, handles.get(base)!);
  keys.set(made, keys.get(base)!);
  return made;
}

function build(desk: Desk, handle: ItemHandle, data: ItemData): Item {
  const options = (stop?: AbortSignal) => (stop ? { stop } : {});
  switch (data.kind) {
    case "signal": {
      const signal: Signal = {
        ...data,
        tile: (region, stop) => desk.call("tile", { ...handle, region }, options(stop)),
      };
      return signal;
    }
    case "table":
      return tableFrom(data, (column, from, to, stop) =>
        desk.call("rows", { ...handle, column, from, to }, options(stop)),
      );
    case "stream":
      return {
        ...data,
        table: tableFrom(data.table, (column, from, to, stop) =>
          desk.call("streamRows", { ...handle, column, from, to }, options(stop)),
        ),
      };
    case "points":
      return {
        ...data,
        points: (from, to, stop) => desk.call("points", { ...handle, from, to }, options(stop)),
      };
    case "crystal":
    case "orientation-map":
      return data;
  }
}

function tableFrom(data: Omit<Table, "read">, read: Table["read"]): Table {
  return { ...data, read };
}
