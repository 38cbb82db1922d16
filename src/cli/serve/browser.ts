import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** The program that opens a page on this system and what it is given; undefined where there is no screen. */
function opener(page: string): readonly [string, ...string[]] | undefined {
  const { BROWSER, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === "darwin") return ["open", page];
  if (process.platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler", page];
  if (BROWSER) return [BROWSER, page];
  return DISPLAY || WAYLAND_DISPLAY ? ["xdg-open", page] : undefined;
}

/**
 * Opens an address in the system's browser. What a program is started with can be read by everybody on the machine, so
 * it is given a page that only this user may read, and that leads on to the address.
 *
 * @returns what removes that page again, once the address was used; undefined if no browser could be started
 */
export async function openBrowser(url: string): Promise<(() => Promise<void>) | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "lithoscope-"));
  const page = join(folder, "open.html");
  const remove = () => rm(folder, { recursive: true, force: true });
  const found = opener(pathToFileURL(page).href);
  if (!found) {
    await remove();
    return undefined;
  }
  // The address holds no sign that HTML would read otherwise: digits, letters, "-", "_" and ":/?=.".
  const text = `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0; url=${url}"><title>Lithoscope</title>\n`;
  await writeFile(page, text, { mode: 0o600 });
  const [program, ...words] = found;
  const started = await new Promise<boolean>((resolve) => {
    const child = spawn(program, words, { detached: true, stdio: "ignore" });
    child.once("error", () => resolve(false));
    child.once("spawn", () => {
      child.unref();
      resolve(true);
    });
  });
  if (started) return remove;
  await remove();
  return undefined;
}
