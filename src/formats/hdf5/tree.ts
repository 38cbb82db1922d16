import type { Notice, Source } from "../../core/contracts.ts";
import { siblingOf } from "../sibling.ts";
import { absentNotice, type Hdf5File, isPlainName } from "./dialect.ts";
import { syncBytes } from "./host.ts";
import { type Library, openLibrary } from "./library.ts";
import { datasetsOf, groupsOf, type H5Group, type H5Link, parseTree } from "./parse.ts";

function* linksOf(root: H5Group): Generator<H5Link> {
  for (const { group } of groupsOf(root)) {
    for (const child of group.children.values()) if (child.kind === "link") yield child;
  }
}

/**
 * Puts the files beside `source` that links and virtual datasets name where the library finds them; only files of the
 * same folder. Returns those that are not there.
 */
async function mountSiblings(
  source: Source,
  library: Library,
  files: Iterable<string>,
  stop?: AbortSignal,
): Promise<Set<string>> {
  const absent = new Set<string>();
  for (const file of new Set(files)) {
    if (file === "." || library.has(file)) continue;
    const sibling = isPlainName(file) ? await siblingOf(source, file) : undefined;
    if (!sibling) absent.add(file);
    else {
      library.mount(file, await syncBytes(sibling, stop));
      await sibling.close();
    }
  }
  return absent;
}

/** A file that is open, with links to files beside this one followed; links that lead nowhere become notices. */
export async function openTree(source: Source, stop?: AbortSignal): Promise<Hdf5File> {
  const library = await openLibrary(source, stop);
  const notices: Notice[] = [];
  let { root, whole } = parseTree(library);
  const outside = [...linksOf(root)].flatMap(({ file }) => (file === undefined ? [] : [file]));
  const absent = await mountSiblings(source, library, outside, stop);
  if (outside.some((file) => !absent.has(file))) ({ root, whole } = parseTree(library));
  for (const { path, file, target } of linksOf(root)) {
    const broken: Notice = {
      code: "link-broken",
      message: `hdf5: ${path} leads to ${target}, which is not there`,
    };
    // A link to a file that is there leads nowhere inside it, or back to itself.
    const here = file === undefined || library.has(file);
    notices.push(here ? { ...broken, where: path } : absentNotice(path, file));
  }
  if (!whole) {
    notices.push({
      code: "tree-cut",
      message: "hdf5: the file has more objects than are listed",
      flag: "--dataset",
    });
  }
  const virtual = [...datasetsOf(root)].flatMap(({ dataset }) => dataset.virtual);
  const gone = await mountSiblings(source, library, virtual, stop);
  return { source, library, root, gone, notices, documents: {} };
}
