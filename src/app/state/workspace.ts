import { computed, signal } from "@preact/signals";
import type { Item, Notice, OpenOptions, SourceRef } from "../../core/contracts.ts";
import type { WorkerAddresses } from "../desk/addresses.ts";
import type { Desk } from "../desk/client.ts";
import type { AskedBeside, FileHandle } from "../desk/datasets.ts";
import { type ErrorWords, errorWords } from "./error-words.ts";
import { itemFrom, keyOf } from "./items.ts";
import { inside, selection } from "./selection.ts";

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
  /** Files beside it that its reader asked for. */
  readonly beside: AskedBeside;
  /** How large it is now, where it was written on since it was opened; its source, where the page can read that. */
  readonly newer?: { readonly bytes?: number; readonly source?: SourceRef };
}

/** Nothing is known of a file yet. */
const BLANK = {
  ...{ entries: [], notices: [], header: undefined, bytes: 0 },
  beside: { used: [], absent: [] },
} as const;

/** Set once at the start, before anything is drawn. */
export const platform: { desk: Desk; addresses: WorkerAddresses } = {
  desk: undefined as unknown as Desk,
  addresses: { desk: "", tiles: { url: "" } },
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

/** A file of a session that waits to be handed over again. */
export interface WantedFile {
  readonly id: number;
  readonly name: string;
  /** 0 where it is not known. */
  readonly bytes: number;
  readonly content?: string | undefined;
}

/** Files that a session or an address speaks of and that are not open. */
export const wanted = signal<readonly WantedFile[]>([]);

/** The wanted file that this one is, by name and size; it is not wanted any more. */
function takeWanted(name: string, source: SourceRef): WantedFile | undefined {
  const size = source.kind === "blob" ? source.blob.size : undefined;
  const found = wanted
    .peek()
    .find((one) => one.name === name && (size === undefined || one.bytes === 0 || one.bytes === size));
  if (found) wanted.value = wanted.peek().filter((one) => one !== found);
  return found;
}

/** A number that no file has, open or wanted. */
function freeId(): number {
  const taken = [...files.peek().map(({ handle }) => handle.id), ...wanted.peek().map(({ id }) => id)];
  next = Math.max(next, ...taken.map((id) => id + 1));
  return next++;
}

/** Changes what is known of a file. */
export function replace(id: number, change: Partial<OpenFile>): void {
  files.value = files.value.map((file) => (file.handle.id === id ? { ...file, ...change } : file));
}

/** Lists a file that cannot be opened, with the reason. */
export function refuse(source: SourceRef & { readonly name: string }, error: ErrorWords): void {
  const handle: FileHandle = { id: freeId(), source };
  files.value = [...files.value, { handle, name: source.name, state: "error", ...BLANK, error }];
}

/** Opens a file on the desk and shows its first item. Errors become the file's own sentence. */
export async function openSource(source: SourceRef, name: string, options?: OpenOptions): Promise<OpenFile> {
  const known = takeWanted(name, source);
  const handle: FileHandle = { id: known?.id ?? freeId(), source, ...(options && { options }) };
  files.value = [...files.value, { handle, name, state: "opening", ...BLANK }];
  await load(handle, name, known);
  return files.peek().find((file) => file.handle.id === handle.id)!;
}

/** Opens a file anew, as it is now or with other answers to what it does not say; what was done with it stays. */
export async function reopen(
  { handle: { id, ...before }, name }: OpenFile,
  change: { readonly source?: SourceRef; readonly options?: OpenOptions },
): Promise<void> {
  const handle: FileHandle = { id, ...before, ...change };
  await platform.desk.call("close", { id });
  // Written out: what is not known any more goes.
  files.value = files.value.map((file) =>
    file.handle.id === id ? { ...BLANK, handle, name, entries: file.entries, state: "opening" } : file,
  );
  await load(handle, name, undefined);
}

async function load(handle: FileHandle, name: string, known: WantedFile | undefined): Promise<void> {
  const started = performance.now();
  try {
    const { items, notices, header, bytes, beside } = await platform.desk.call("open", handle);
    const made = items.map((data, index): Entry => {
      const item = itemFrom(platform.desk, handle, index, data);
      const label = "title" in item ? item.title : item.name;
      return { key: keyOf(item), item, label: label || name };
    });
    replace(handle.id, { state: "ready", entries: made, notices, header, bytes, beside });
    performance.measure("litho:kind", { start: started });
    void platform.desk.call("identify", handle).then(
      (content) => {
        const other = known?.content !== undefined && known.content !== content;
        const message = `${name} is not the file that the kept work was done on: its content differs`;
        replace(handle.id, {
          content,
          ...(other && { notices: [...notices, { code: "other-content", message }] }),
        });
      },
      () => undefined,
    );
    if (made.some(({ key }) => key === shown.peek())) {
      // The session says where one looked; the cursor is there already.
      keepInside();
      return;
    }
    // What was looked at is still to come; a file that nobody waited for is shown at once.
    if (known && wanted.peek().some(({ id }) => shown.peek().startsWith(`f${id}/`))) return;
    // A crystal comes to a scan that is looked at, and does not take its place.
    const inPlace = made[0]?.item.kind === "crystal" && shownEntry.peek();
    if (made.length > 0 && !inPlace) show(made[0]!.key);
  } catch (error) {
    replace(handle.id, { state: "error", entries: [], error: errorWords(error) });
  }
}

/** Holds the cursor inside what is looked at. */
export function keepInside(): void {
  const entry = shownEntry.peek();
  const size = entry && gridOf(entry.item);
  const { x, y } = selection.cursor.peek();
  if (size) selection.cursor.value = inside({ x, y }, size.width, size.height);
}

/** Closes everything; gives back what was open. */
export function closeAll(): readonly OpenFile[] {
  const open = files.peek();
  for (const { handle } of open) close(handle.id);
  results.value = [];
  return open;
}

/** Opens files again that were closed with everything. */
export async function giveAgain(closed: readonly OpenFile[]): Promise<void> {
  for (const { handle, name } of closed) await openSource(handle.source, name, handle.options);
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
