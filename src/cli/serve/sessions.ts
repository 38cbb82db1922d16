import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** Sessions that are kept for one set of roots; the oldest go first. */
const MOST = 20;
/** The largest session [bytes]. */
export const MAX_SESSION = 16 * 1024 * 1024;
const ID = /^[0-9a-z-]{1,60}$/;

/** A session as the page wrote it, and the generation before. The page checks what it reads; here it is text. */
export interface KeptSession {
  readonly id: string;
  readonly now: string;
  readonly before?: string;
}

/** Where this machine keeps what programs remember. */
function stateFolder(): string {
  const { XDG_STATE_HOME, LOCALAPPDATA } = process.env;
  if (process.platform === "win32" && LOCALAPPDATA) return join(LOCALAPPDATA, "lithoscope");
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support", "lithoscope");
  return join(XDG_STATE_HOME || join(homedir(), ".local", "state"), "lithoscope");
}

/** Folder of the sessions that belong to these roots: the same files have the same work at every port. */
export function sessionFolder(roots: readonly { readonly path: string }[]): string {
  const paths = roots.map(({ path }) => path).sort();
  const name = createHash("sha256").update(JSON.stringify(paths)).digest("hex").slice(0, 32);
  return join(stateFolder(), "sessions", name);
}

export const isSessionId = (id: string): boolean => ID.test(id);

async function textOf(path: string): Promise<string | undefined> {
  try {
    const { size } = await stat(path);
    return size <= MAX_SESSION ? await readFile(path, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

/** Every session of a folder; none where there is no folder. */
export async function listSessions(folder: string): Promise<KeptSession[]> {
  const names = await readdir(folder).catch(() => []);
  const ids = names.flatMap((name) => /^([0-9a-z-]{1,60})\.json$/.exec(name)?.[1] ?? []);
  const found = await Promise.all(
    ids.slice(0, 2 * MOST).map(async (id) => {
      const now = await textOf(join(folder, `${id}.json`));
      const before = await textOf(join(folder, `${id}.before`));
      return now === undefined ? [] : [{ id, now, ...(before !== undefined && { before }) }];
    }),
  );
  return found.flat();
}

/** Keeps a session, whole or not at all; with `turn` the one kept so far becomes the generation before. */
export async function writeSession(folder: string, id: string, text: string, turn: boolean): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${id}.json`);
  const part = `${path}.${process.pid}.part`;
  await writeFile(part, text, { mode: 0o600 });
  if (turn) await rename(path, join(folder, `${id}.before`)).catch(() => undefined);
  await rename(part, path);
  await dropOldest(folder);
}

async function dropOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  if (names.length <= MOST) return;
  const aged = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })),
  );
  aged.sort((a, b) => b.at - a.at);
  await Promise.all(aged.slice(MOST).map(({ name }) => dropSession(folder, name.slice(0, -5))));
}

/** Forgets a session. */
export async function dropSession(folder: string, id: string): Promise<void> {
  for (const end of ["json", "before"]) await rm(join(folder, `${id}.${end}`), { force: true });
}
