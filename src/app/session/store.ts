import { answerOf, openDatabase, settled } from "./database.ts";

/** A session as it was kept, with the generation before it. The texts are not checked. */
export interface Kept {
  readonly id: string;
  readonly now: string;
  readonly before?: string | undefined;
}

/** Where sessions are kept. */
export interface SessionStore {
  list(): Promise<Kept[]>;
  /** Keeps a text; with `turn` what was kept so far becomes the generation before it. */
  write(id: string, text: string, turn: boolean): Promise<void>;
  drop(id: string): Promise<void>;
}

/** Sessions in the browser's own database. */
export async function databaseStore(): Promise<SessionStore> {
  const database = await openDatabase();
  const sessions = (mode: IDBTransactionMode) =>
    database.transaction("sessions", mode).objectStore("sessions");
  return {
    list: () => answerOf(sessions("readonly").getAll() as IDBRequest<Kept[]>),
    async write(id, text, turn) {
      const store = sessions("readwrite");
      const old = await answerOf(store.get(id) as IDBRequest<Kept | undefined>);
      const before = turn ? old?.now : old?.before;
      store.put({ id, now: text, ...(before !== undefined && { before }) });
      await settled(store.transaction);
    },
    async drop(id) {
      const store = sessions("readwrite");
      store.delete(id);
      await settled(store.transaction);
    },
  };
}
