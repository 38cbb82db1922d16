import { join } from "node:path";
import { type Answer, flagText, type Invocation } from "./command.ts";
import { errorJson, errorText, exitCode } from "./exit.ts";
import { folderNames } from "./folder-names.ts";
import { replaceWhole } from "./output.ts";

const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/**
 * Works off several inputs, each into its own folder under --out, with index.csv over all. Every one is tried; those
 * that fail are named, and the first failure gives the exit code.
 *
 * @param noun what an input is called in index.csv and in the JSON: "scan"
 */
export async function runSeveral(
  call: Invocation,
  noun: string,
  one: (path: string, out: string | undefined) => Promise<Answer>,
): Promise<Answer> {
  const out = flagText(call.flags, "out");
  const names = folderNames(call.inputs);
  const rows = [`${noun},folder,exit,message`];
  const all: unknown[] = [];
  const texts: string[] = [];
  let exit = 0;
  for (const [i, path] of call.inputs.entries()) {
    const folder = names[i]!;
    try {
      const { text, json } = await one(path, out && join(out, folder));
      texts.push(text);
      all.push({ [noun]: path, folder, result: json });
      rows.push([path, folder, "0", text.split("\n")[0]!].map(cell).join(","));
    } catch (error) {
      if (call.stop.aborted) throw error;
      call.say(errorText(error));
      exit ||= exitCode(error);
      all.push({ [noun]: path, folder, ...errorJson(error) });
      const message = error instanceof Error ? error.message : String(error);
      rows.push([path, folder, `${exitCode(error)}`, message].map(cell).join(","));
    }
  }
  if (out !== undefined && call.flags["dry-run"] !== true)
    await replaceWhole(join(out, "index.csv"), `${rows.join("\n")}\n`);
  return { text: texts.join("\n"), json: { [`${noun}s`]: all }, exit };
}
