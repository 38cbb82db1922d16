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
