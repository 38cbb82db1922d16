import { basename, extname } from "node:path";

/** What `--out` holds beside the folders of several scans. */
const INDEX = "index.csv";

/** A folder name as file systems compare it that do not tell capitals apart. */
const folded = (name: string) => name.toLowerCase();

/**
 * Folder names for several scans, no two alike: the file's name without its ending, numbered where an earlier scan, or
 * another scan's own name, has it already.
 */
export function folderNames(inputs: readonly string[]): string[] {
  const plain = inputs.map((input) => basename(input, extname(input)));
  const owned = new Set([INDEX, ...plain.map(folded)]);
  const used = new Set([INDEX]);
  return plain.map((name) => {
    let found = name;
    for (let count = 2; used.has(folded(found)) || (found !== name && owned.has(folded(found))); count++)
      found = `${name}-${count}`;
    used.add(folded(found));
    return found;
  });
}
