import { existsSync } from "node:fs";
import { isIP } from "node:net";
import { fileURLToPath } from "node:url";
import { LithoscopeError } from "../../core/errors.ts";
import { type Answer, type Command, flagText, type Invocation, usage } from "../command.ts";
import { openBrowser } from "../serve/browser.ts";
import { type Root, rootsOf } from "../serve/files.ts";
import { serve } from "../serve/server.ts";
import { sessionFolder } from "../serve/sessions.ts";

const HELP = `lithoscope open [FILE|FOLDER…]

Serves the app on this machine, opens it in the system's browser and prints its address, which works once. The files named, and those below
the folders named, are listed in the app and read in parts; nothing else on the disk can be reached. What is worked on there is kept for these
files and offered the next time. Ctrl C ends it.

  --no-browser     only prints the address: paste it into a browser
  --port N         default: a free one
  --remote ADDR    listen at this address of the machine (such as 192.168.1.5), for other machines; without it only
                   this machine is answered. The traffic is not encrypted.

Example: lithoscope open scans/ LNMO.cif`;

function portOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = Number(text);
  if (/^\d+$/.test(text) && port < 65_536) return port;
  throw usage("--port", `wanted a number from 0 to 65535, found "${text}"`, "a port");
}

function hostOf(text: string | undefined): string {
  if (text === undefined) return "127.0.0.1";
  // The name that requests must carry is the address itself, so "all addresses" cannot be checked.
  if (isIP(text) !== 0 && text !== "0.0.0.0" && text !== "::") return text;
  throw usage("--remote", `wanted one address of this machine, found "${text}"`, "an address");
}

async function rootsFor(inputs: readonly string[]): Promise<Root[]> {
  const missing = inputs.find((path) => !existsSync(path));
  if (missing !== undefined)
    throw new LithoscopeError("NotFound", `${missing}: no such file or folder`, { path: missing });
  return rootsOf(inputs);
}

/** The built app: beside the entries of `dist`, one up from its chunks. */
function appFolder(): string | undefined {
  const places = ["./app", "../app"].map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return places.find((place) => existsSync(place));
}

async function run({ flags, inputs, stop, say }: Invocation): Promise<Answer> {
  const app = appFolder();
  if (app === undefined) {
    const message = "open: the app is not built";
    throw new LithoscopeError("Missing", message, { what: "dist/app" }, { hint: "npm run build:static" });
  }
  const host = hostOf(flagText(flags, "remote"));
  const roots = await rootsFor(inputs);
  const port = portOf(flagText(flags, "port"));
  const running = await serve({ app, roots, host, port, sessions: sessionFolder(roots) });
  say("Ctrl C ends it.");
  process.stdout.write(`${running.url}\n`);
  const local = flagText(flags, "remote") === undefined && flags["no-browser"] !== true;
  const forget = local ? await openBrowser(running.url) : undefined;
  if (local && !forget) say("No browser could be started: paste the address into one.");
  void running.used.then(() => forget?.());
  await new Promise<void>((resolve) => {
    stop.addEventListener("abort", () => resolve(), { once: true });
    process.once("SIGTERM", () => resolve());
  });
  await running.close();
  await forget?.();
  return { text: "", json: { origin: running.origin } };
}

export const open: Command = {
  help: HELP,
  flags: { port: { type: "string" }, remote: { type: "string" }, "no-browser": { type: "boolean" } },
  run,
};
