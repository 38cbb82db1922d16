import { readFile } from "node:fs/promises";

/** Whether a file is there with just this text, as where the same command has finished before. */
export async function holds(path: string, text: string): Promise<boolean> {
  try {
    return (await readFile(path, "utf8")) === text;
  } catch {
    // Not there, or not readable: writing will say so.
    return false;
  }
}
