import type { Item, Signal, Table } from "../../core/contracts.ts";
import type { Desk } from "../desk/client.ts";
import type { FileHandle, ItemData } from "../desk/datasets.ts";
import type { ItemHandle } from "../desk/methods.ts";

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
