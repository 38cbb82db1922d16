import type { Dataset, Item, Notice, OpenOptions, Reader, Source } from "../../core/contracts.ts";
import { isLithoscopeError, LithoscopeError } from "../../core/errors.ts";
import { openDataset } from "../open.ts";
import { type Members, membersOf } from "./members.ts";
import { parseZip } from "./parse.ts";
import { przItems } from "./prz.ts";
import { workbookItems } from "./workbook.ts";

/** Members that are opened; the others are named in a notice. */
const MAX_MEMBERS = 256;
/** Archives in archives go no deeper: a member that is an archive is not opened. */
const ARCHIVE = /\.(zip|npz|zspy|prz|xlsx|gz)$/i;
const ZARR = /(?:^|\/)(zarr\.json|\.zgroup|\.zarray)$/;

/** An item of a member as an item of the archive, which a worker opens anew. */
function placed(item: Item, source: Source, number: number, options: OpenOptions): Item {
  const ref = { source: source.ref, format: "zip", item: number, options };
  return item.kind === "signal" || item.kind === "points" ? { ...item, ref } : item;
}

/** The uppermost metadata file of a zipped Zarr folder. */
function zarrRoot(names: readonly string[]): string | undefined {
  const files = names.filter((name) => ZARR.test(name));
  return files.sort((a, b) => a.split("/").length - b.split("/").length || a.length - b.length)[0];
}

/** Every member that some format reads; what is not read becomes a notice. */
async function eachMember(members: Members, notices: Notice[], stop?: AbortSignal): Promise<Dataset[]> {
  const opened: Dataset[] = [];
  let failure: unknown;
  const files = members.names.filter((name) => !/(^|\/)(\.|__MACOSX\/)/.test(name));
  for (const name of files.slice(0, MAX_MEMBERS)) {
    if (members.companions.has(name)) continue;
    const skip = (why: string) =>
      notices.push({ code: "member-skipped", message: `zip: ${why}`, where: name });
    if (ARCHIVE.test(name)) {
      skip(`${name} is an archive in an archive, it is not opened`);
      continue;
    }
    try {
      const dataset = await openDataset(await members.open(name, stop), stop);
      const titled =
        files.length > 1 && dataset.items.length === 1
          ? [{ ...dataset.items[0]!, title: name }]
          : dataset.items;
      opened.push({ ...dataset, items: titled as readonly Item[] });
    } catch (error) {
      if (!isLithoscopeError(error) || error.tag === "Cancelled") throw error;
      failure ??= error;
      skip(`${name} is not read: ${error.message}`);
    }
  }
  if (files.length > MAX_MEMBERS) {
    const message = `zip: the archive has ${files.length} files, the first ${MAX_MEMBERS} are opened`;
    notices.push({ code: "members-cut", message, flag: "--dataset" });
  }
  if (opened.length === 0 && failure) throw failure;
  return opened;
}

export const reader: Reader = {
  async open(source, stop, options = {}) {
    const entries = await parseZip(source, stop);
    const members = membersOf(source, entries);
    const notices: Notice[] = [];
    const root = zarrRoot(members.names);
    const wanted = options.dataset;
    let opened: readonly Dataset[];
    if (root !== undefined) opened = [await openDataset(await members.open(root, stop), stop, options)];
    else if (wanted !== undefined && members.names.includes(wanted))
      opened = [await openDataset(await members.open(wanted, stop), stop)];
    // Neware's .ndax: one table to open, which finds the others beside it.
    else if (members.names.includes("data.ndc"))
      opened = [await openDataset(await members.open("data.ndc", stop), stop, options)];
    else if (members.names.includes("xl/workbook.xml")) opened = [await workbookItems(members, stop)];
    else if (members.names.includes("data.npy") && members.names.includes("meta_data.npy"))
      opened = [await przItems(members, stop)];
    else opened = await eachMember(members, notices, stop);
    const items = opened.flatMap((dataset) => dataset.items);
    if (items.length === 0) {
      const message = `zip: ${source.name} holds no file that is read`;
      throw new LithoscopeError("Unsupported", message, { format: "zip", feature: "these members" });
    }
    const header = { members: entries, opened: opened.map((dataset) => dataset.header) };
    return {
      items: items.map((item, i) => placed(item, source, i, options)),
      header,
      notices: [...opened.flatMap((dataset) => dataset.notices), ...notices],
    };
  },
};
