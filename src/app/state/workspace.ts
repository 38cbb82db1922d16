import { computed, signal } from "@preact/signals";
import type { Item, Notice, OpenOptions, SourceRef } from "../../core/contracts.ts";
import type { Desk } from "../desk/client.ts";
import type { FileHandle } from "../desk/datasets.ts";
import { type ErrorWords, errorWords } from "./error-words.ts";
import { itemFrom, keyOf } from "./items.ts";
import { selection } from "./selection.ts";

/** An item that can be looked at, from a file or a run. */
export interface Entry {
  /** Names it in recipes and layouts; the same for the same file opened again in this page. */
  readonly key: string;
  readonly item: Item;
  readonly label: string;
}

export interface OpenFile {
  readonly handle: FileHandle;
  readonly name: string;
  readonly state: "opening" | "ready" | "error";
  readonly entries: readonly Entry[];
  readonly notices: readonly Notice[];
  readonly header: unknown;
  readonly bytes: number;
  /** Content id, once it is known. */
  readonly content?: string;
  readonly error?: ErrorWords;
}

/** Set once at the start, before anything is drawn. */
export const platform: { desk: Desk; addresses: { desk: string; tiles: string } } = {
  desk: undefined as unknown as Desk,
  addresses: { desk: "", tiles: "" },
};

export const files = signal<readonly OpenFile[]>([]);
/** Results of runs, beside the files. */
export const results = signal<readonly Entry[]>([]);
/** Key of the entry that is looked at. */
export const shown = signal<string>("");
/** Id of the panel that fills the workspace; undefined for all. */
export const maximised = signal<string | undefined>(undefined);
/** Id of the panel that keys go to. */
export const focused = signal<string | undefined>(undefined);

export const entries = computed<readonly Entry[]>(() => [
  ...files.value.flatMap((file) => file.entries),
  ...results.value,
]);
export const shownEntry = computed(() => entries.value.find(({ key }) => key === shown.value));
export const shownFile = computed(() => {
  const key = shown.value.split("/")[0];
  return files.value.find((file) => `f${file.handle.id}` === key);
});

/** What else the file of an item holds. */
export function neighbours(item: Item): readonly Item[] {
  const file = files.peek().find(({ entries: found }) => found.some((entry) => entry.item === item));
  return (file?.entries ?? []).map((entry) => entry.item).filter((other) => other !== item);
}

let next = 1;

function replace(id: number, change: Partial<OpenFile>): void {
  files.value = files.value.map((file) => (file.handle.id === id ? { ...file, ...change } : file));
}

/** Opens a file on the desk and shows its first item. Errors become the file's own sentence. */
export async function openSource(source: SourceRef, name: string, options?: OpenOptions): Promise<void> {
  const started = performance.now();
  const handle: FileHandle = { id: next++, source, ...(options && { options }) };
  const blank = { entries: [], notices: [], header: undefined, bytes: 0 };
  files.value = [...files.value, { handle, name, state: "opening", ...blank }];
  try {
    const { items, notices, header, bytes } = await platform.desk.call("open", handle);
    const made = items.map((data, index): Entry => {
      const item = itemFrom(platform.desk, handle, index, data);
      const label = "title" in item ? item.title : item.name;
      return { key: keyOf(item), item, label: label || name };
    });
    replace(handle.id, { state: "ready", entries: made, notices, header, bytes });
    performance.measure("litho:kind", { start: started });
    void platform.desk.call("identify", handle).then(
      (content) => replace(handle.id, { content }),
      () => undefined,
    );
    // A crystal comes to a scan that is looked at, and does not take its place.
    const beside = made[0]?.item.kind === "crystal" && shownEntry.peek();
    if (made.length > 0 && !beside) show(made[0]!.key);
  } catch (error) {
    replace(handle.id, { state: "error", error: errorWords(error) });
  }
}

/** Looks at an entry; the cursor stays where the new one has such a point, else it goes to the middle. */
export function show(key: string): void {
  const before = shownEntry.peek();
  shown.value = key;
  const after = shownEntry.peek();
  if (!after || after === before) return;
  selection.row.value = undefined;
  selection.hoverRow.value = undefined;
  const size = gridOf(after.item);
  const cursor = selection.cursor.peek();
  if (!size) return;
  const fits = before && gridOf(before.item) && cursor.x < size.width && cursor.y < size.height;
  // A movie begins with its first frame, a map is looked at in its middle.
  const middle = (count: number) => (isStack(after.item) ? 0 : count >> 1);
  if (!fits) selection.cursor.value = { x: middle(size.width), y: middle(size.height) };
}

function isStack(item: Item): boolean {
  return item.kind === "signal" && item.axes.filter(({ role }) => role === "nav").length === 1;
}

/** Columns and rows of what an item has per place; undefined if it has no places. */
export function gridOf(item: Item): { width: number; height: number } | undefined {
  if (item.kind === "orientation-map") return { width: item.width, height: item.height };
  const axes =
    item.kind === "signal"
      ? item.axes.filter(({ role }) => role === "nav")
      : item.kind === "points"
        ? item.navigation
        : [];
  if (axes.length === 0) return undefined;
  return { width: axes.at(-1)!.size, height: axes.at(-2)?.size ?? 1 };
}

/** Takes a file and everything of it away. */
export function close(id: number): void {
  files.value = files.value.filter(({ handle }) => handle.id !== id);
  void platform.desk.call("close", { id });
  if (!shownEntry.peek()) shown.value = entries.peek()[0]?.key ?? "";
}
