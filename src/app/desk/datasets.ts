import type {
  Crystal,
  Dataset,
  Item,
  Notice,
  OpenOptions,
  PointList,
  Signal,
  Source,
  SourceRef,
  Stream,
  Table,
} from "../../core/contracts.ts";
import type { OrientationMap } from "../../core/orientation-map.ts";
import { openDataset } from "../../formats/open.ts";
import { sourceId } from "../../recipes/content-id.ts";
import { openSource } from "../../sources/open.browser.ts";

/** A file as every call names it: the desk opens it when it meets it first, and again after it was replaced. */
export interface FileHandle {
  readonly id: number;
  readonly source: SourceRef;
  readonly options?: OpenOptions;
}

type Data<T> = Omit<T, "tile" | "read" | "points" | "sigma">;

/** An item as it crosses to the page: what it is, without its numbers where those are read on demand. */
export type ItemData =
  | Data<Signal>
  | Data<Table>
  | Data<PointList>
  | (Omit<Stream, "table"> & { readonly table: Data<Table> })
  | Crystal
  | OrientationMap;

/** Files beside an opened one that its reader asked for, by name. */
export interface AskedBeside {
  readonly used: readonly string[];
  readonly absent: readonly string[];
}

export interface OpenedFile {
  readonly beside: AskedBeside;
  readonly items: readonly ItemData[];
  readonly notices: readonly Notice[];
  /** The header in the words of the file's own specification, as far as it can be cloned. */
  readonly header: unknown;
  readonly bytes: number;
}

interface Opened {
  readonly source: Source;
  readonly dataset: Dataset;
  readonly bytes: number;
  readonly beside: AskedBeside;
  close(): Promise<void>;
}

/** A source that notes which files beside it are asked for. */
function noting(source: Source): { source: Source; beside: AskedBeside } {
  const [used, absent]: [string[], string[]] = [[], []];
  const sibling: Source["sibling"] = async (name) => {
    const found = await source.sibling(name);
    (found ? used : absent).push(name);
    return found;
  };
  return { source: { ...source, sibling }, beside: { used, absent } };
}

const opened = new Map<number, Promise<Opened>>();

async function openHandle({ source: ref, options }: FileHandle, stop?: AbortSignal): Promise<Opened> {
  const { source, beside } = noting(await openSource(ref));
  try {
    const dataset = await openDataset(source, stop, options);
    return { source, dataset, beside, bytes: source.size, close: () => source.close() };
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** The file behind a handle, opened once; one that could not be opened is tried again the next time. */
export function fileOf(handle: FileHandle, stop?: AbortSignal): Promise<Opened> {
  const known = opened.get(handle.id);
  if (known) return known;
  const opening = openHandle(handle, stop);
  opened.set(handle.id, opening);
  opening.catch(() => opened.delete(handle.id));
  return opening;
}

/** One item of a file, of the kind asked for. */
export async function itemOf<K extends Item["kind"]>(
  handle: FileHandle,
  index: number,
  kind: K,
): Promise<Extract<Item, { kind: K }>> {
  const { dataset } = await fileOf(handle);
  const item = dataset.items[index];
  if (item?.kind !== kind) throw new Error(`item ${index} is ${item?.kind ?? "not there"}, wanted ${kind}`);
  return item as Extract<Item, { kind: K }>;
}

/** Content id of a file. */
export async function identify(handle: FileHandle, stop?: AbortSignal): Promise<string> {
  return sourceId((await fileOf(handle, stop)).source, [], stop);
}

/** Forgets a file. */
export async function closeFile(id: number): Promise<void> {
  const file = opened.get(id);
  opened.delete(id);
  await (await file?.catch(() => undefined))?.close();
}

/** What a file is. */
export async function openFile(handle: FileHandle, stop?: AbortSignal): Promise<OpenedFile> {
  const { dataset, bytes, beside } = await fileOf(handle, stop);
  return {
    beside,
    items: dataset.items.map(dataOf),
    notices: dataset.notices,
    header: cloneable(dataset.header),
    bytes,
  };
}

function dataOf(item: Item): ItemData {
  switch (item.kind) {
    case "signal": {
      const { kind, title, axes, dtype, value, meta, block, ref } = item;
      return { kind, title, axes, dtype, value, meta, block, ref };
    }
    case "table":
      return tableData(item);
    case "points": {
      const { kind, title, navigation, columns, meta, ref } = item;
      return { kind, title, navigation, columns, meta, ref };
    }
    case "stream": {
      const { kind, title, clock, table } = item;
      return { kind, title, clock, table: tableData(table) };
    }
    case "crystal":
    case "orientation-map":
      return item;
  }
}

function tableData({ kind, title, rows, columns, meta }: Table): Data<Table> {
  return { kind, title, rows, columns, meta };
}

/** A header without what cannot cross threads (functions); the text of what is left if even that cannot. */
function cloneable(header: unknown): unknown {
  try {
    return structuredClone(header);
  } catch {
    return JSON.parse(
      JSON.stringify(header, (_key, value) => (typeof value === "bigint" ? `${value}` : value)),
    );
  }
}
