import { effect, signal } from "@preact/signals";
import { download, fileName } from "../state/exports.ts";
import { isServed, openWanted } from "../state/server-files.ts";
import { files } from "../state/workspace.ts";
import { parseSession, type Session } from "./schema.ts";
import { serverStore } from "./server-store.ts";
import { databaseStore, type Kept, type SessionStore } from "./store.ts";
import { applySession, hasWork, takeSession } from "./take.ts";

/** How often what changed is kept [ms]. */
const EVERY = 2000;
/** How old the generation before is at least [ms]. */
const GENERATION = 60_000;
/** Sessions that are kept; older ones are dropped. */
const MOST = 10;

/** Work that was kept and that no page has open. */
export interface Offer {
  readonly id: string;
  readonly session: Session;
  readonly before?: Session | undefined;
}

/** Kept work that can be gone on with, the newest first. */
export const offers = signal<readonly Offer[]>([]);
/** Why the work is not being kept; undefined while it is. */
export const keepingFault = signal<string | undefined>(undefined);
/** When the work was last kept. */
export const lastKept = signal<string | undefined>(undefined);

/** `randomUUID` is not there for pages of other machines, whose traffic is not encrypted. */
const id = Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(36)).join("-");
let store: SessionStore | undefined;
/** The session that was gone on with; it goes when its successor is kept. */
let inherited: string | undefined;
let changed = false;
let turned = 0;
let busy = false;

const lockName = (session: string) => `lithoscope-session ${session}`;

/** Says to other tabs that this one is there, for as long as it is. */
function hold(): void {
  void navigator.locks?.request(lockName(id), () => new Promise(() => {})).catch(() => undefined);
}

/** Sessions whose tabs are there. */
async function heldElsewhere(): Promise<Set<string>> {
  try {
    const { held = [] } = await navigator.locks.query();
    return new Set(held.map(({ name }) => name ?? ""));
  } catch {
    // Without locks nobody can tell; kept work is offered in every tab.
    return new Set();
  }
}

function readable(text: string | undefined, name: string): Session | undefined {
  try {
    return text === undefined ? undefined : parseSession(text, name);
  } catch {
    return undefined;
  }
}

function offerOf({ id: of, now, before }: Kept): Offer[] {
  const session = readable(now, of);
  const older = readable(before, of);
  if (session) return [{ id: of, session, before: older }];
  // What was written last cannot be read: the generation before it can.
  return older ? [{ id: of, session: older }] : [];
}

async function findOffers(from: SessionStore): Promise<void> {
  const held = await heldElsewhere();
  const kept = (await from.list()).filter((one) => !held.has(lockName(one.id)));
  const found = kept.flatMap(offerOf).sort((a, b) => (a.session.saved < b.session.saved ? 1 : -1));
  offers.value = found.slice(0, MOST);
  const good = new Set(offers.value.map((one) => one.id));
  await Promise.all(kept.filter((one) => !good.has(one.id)).map((one) => from.drop(one.id)));
}

function faultWords(error: unknown): string {
  const full = error instanceof DOMException && error.name === "QuotaExceededError";
  const nothing = isServed() ? "lithoscope open does not answer" : "the browser lets this page keep nothing";
  const why = full ? "the browser's storage is full" : nothing;
  return `Work is not being kept: ${why}. Save the experiment to a file (Ctrl S).`;
}

async function keep(): Promise<void> {
  if (!store || !changed || busy || !hasWork()) return;
  busy = true;
  changed = false;
  try {
    const saved = new Date().toISOString();
    const turn = Date.now() - turned > GENERATION;
    await store.write(id, JSON.stringify({ ...takeSession(), saved }), turn);
    if (turn) turned = Date.now();
    if (inherited) await store.drop(inherited);
    inherited = undefined;
    keepingFault.value = undefined;
    lastKept.value = saved;
  } catch (error) {
    changed = true;
    keepingFault.value = faultWords(error);
  } finally {
    busy = false;
  }
}

/** Begins to keep the work of this page, and looks for work that was kept before. */
export async function startKeeping(): Promise<void> {
  hold();
  effect(() => {
    takeSession();
    changed = true;
  });
  setInterval(() => void keep(), EVERY);
  document.addEventListener("visibilitychange", () => void keep());
  addEventListener("beforeunload", (event) => {
    if (keepingFault.peek() && hasWork()) event.preventDefault();
  });
  try {
    store = await (isServed() ? serverStore() : databaseStore());
    await findOffers(store);
  } catch (error) {
    keepingFault.value = faultWords(error);
  }
}

/** Goes on with kept work, as it was last or a generation before. */
export async function goOn(offer: Offer, session: Session): Promise<void> {
  offers.value = offers.peek().filter((one) => one !== offer);
  inherited = offer.id;
  await applySession(session);
  await openWanted();
}

/** Forgets kept work. */
export async function forget(offer: Offer): Promise<void> {
  offers.value = offers.peek().filter((one) => one !== offer);
  await store?.drop(offer.id).catch(() => undefined);
}

export const EXPERIMENT = ".lithoscope.json";

/** Writes the work as a file: steps, places and looks, and what tells the data, but no data. */
export function saveExperiment(): void {
  const session = { ...takeSession(), saved: new Date().toISOString() };
  const name = fileName(files.peek()[0]?.name ?? "experiment");
  download(`${name}${EXPERIMENT}`, `${JSON.stringify(session, null, 1)}\n`, "application/json");
}

/** Opens a saved experiment in the place of the work in this page. @throws Format */
export async function openExperiment(file: File): Promise<void> {
  await applySession(parseSession(await file.text(), file.name));
  await openWanted();
}
