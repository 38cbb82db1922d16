import { z } from "zod";
import type { ChunkStore } from "../../recipes/chunk.ts";
import { decodeChunk, encodeChunk } from "../../recipes/chunk.ts";
import { answerOf, openDatabase, settled } from "../session/database.ts";
import { runLock } from "./kept-runs-lock.ts";

z.config({ jitless: true });

/** Runs of which the finished parts are kept; the oldest go first. */
const MOST = 3;

const quantity = z.object({
  value: z.number(),
  unit: z.string().max(20),
  from: z.string().max(20).optional(),
});
const content = z.string().regex(/^s1:[0-9a-f]{64}$/);
const record = z.object({
  id: z.string().regex(/^r1:[0-9a-f]{64}$/),
  /** The scan: its file's name and content id, and which item of it. */
  scan: z.object({ name: z.string().max(300), content, item: z.number().int().min(0) }),
  analysis: z.string().regex(/^[a-z][a-z-]{0,39}$/),
  params: z.record(
    z.string().regex(/^[A-Za-z]\w{0,39}$/),
    z.union([z.string().max(300), z.number(), z.boolean(), quantity]),
  ),
  crystals: z
    .array(
      z.object({
        name: z.string().max(300),
        text: z.string().max(5e6),
        setting: z.string().max(40).optional(),
      }),
    )
    .max(50),
  done: z.number().int().min(0),
  total: z.number().int().min(0),
  /** When it was begun or gone on with [ms since 1970]. */
  at: z.number(),
});

/** A run whose finished parts are kept, with all that is needed to go on but the scan. */
export type KeptRun = z.infer<typeof record>;

/** Tiles of one run: every key of them. */
const tilesOf = (id: string) => IDBKeyRange.bound(`${id}/`, `${id}/\uffff`);

async function drop(database: IDBDatabase, id: string): Promise<void> {
  const change = database.transaction(["runs", "tiles"], "readwrite");
  change.objectStore("runs").delete(id);
  change.objectStore("tiles").delete(tilesOf(id));
  await settled(change);
}

/** Every run that is kept; what cannot be read is dropped. */
export async function keptRuns(): Promise<KeptRun[]> {
  const database = await openDatabase();
  const all: unknown[] = await answerOf(database.transaction("runs").objectStore("runs").getAll());
  const runs: KeptRun[] = [];
  for (const one of all) {
    const found = record.safeParse(one);
    if (found.success) runs.push(found.data);
    else await drop(database, String((one as { id?: unknown }).id));
  }
  database.close();
  return runs.sort((a, b) => b.at - a.at);
}

/** Forgets a run and its parts. */
export async function forgetRun({ id }: { readonly id: string }): Promise<void> {
  const database = await openDatabase();
  await drop(database, id);
  database.close();
}

/** Where the parts of a run go while it is under way. */
export interface RunKeeper extends ChunkStore {
  readonly id: string;
  /** Notes how far it is. */
  progress(done: number, total: number): void;
  /** Why parts are not kept any more; undefined while they are. */
  readonly fault: string | undefined;
  close(): void;
}

/** Keeps a run: what it is first, then each part as it is finished. A storage that is full does not stop the run. */
export async function keepRun(run: KeptRun): Promise<RunKeeper> {
  const database = await openDatabase();
  const known = await answerOf<KeptRun | undefined>(
    database.transaction("runs").objectStore("runs").get(run.id),
  );
  let now: KeptRun = { ...run, done: known?.done ?? 0, total: known?.total ?? 0 };
  let fault: string | undefined;
  const guarded = async (work: () => Promise<void>) => {
    if (fault) return;
    try {
      await work();
    } catch (error) {
      const full = error instanceof DOMException && error.name === "QuotaExceededError";
      fault = full ? "the browser's storage is full" : "the browser lets this page keep nothing";
    }
  };
  const put = (store: "runs" | "tiles", value: unknown, key?: string) =>
    guarded(async () => {
      const change = database.transaction(store, "readwrite");
      change.objectStore(store).put(value, key);
      await settled(change);
    });
  await put("runs", now);
  for (const old of (await keptRuns()).slice(MOST)) await guarded(() => drop(database, old.id));
  // The lock says to other tabs that this run is under way; it goes with this worker.
  let release: () => void = () => {};
  const over = new Promise<void>((resolve) => {
    release = resolve;
  });
  void navigator.locks?.request(runLock(run.id), () => over).catch(() => undefined);
  return {
    id: run.id,
    async read(name) {
      const bytes = await answerOf<Uint8Array | undefined>(
        database.transaction("tiles").objectStore("tiles").get(`${run.id}/${name}`),
      );
      return bytes && decodeChunk(bytes);
    },
    write: (name, buffers) => put("tiles", encodeChunk(buffers), `${run.id}/${name}`),
    progress(done, total) {
      now = { ...now, done, total };
      void put("runs", now);
    },
    get fault() {
      return fault;
    },
    close() {
      release();
      database.close();
    },
  };
}
