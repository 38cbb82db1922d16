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

/** The database of the page; runs keep their finished tiles in it too. */
export function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("lithoscope", 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("sessions", { keyPath: "id" });
      opening.result.createObjectStore("runs", { keyPath: "id" });
      opening.result.createObjectStore("tiles");
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
    opening.onblocked = () => reject(new Error("another tab holds the database"));
  });
}

/** What a request answers. */
export function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Ends when a transaction is on the disk; a full one fails here. */
export function settled(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
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
