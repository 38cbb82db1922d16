/** What the electrochemistry verbs share: a laboratory file opened, its tables, its start, what is assumed of it. */
import type { Notice, OpenOptions } from "../core/contracts.ts";
import { LithoscopeError } from "../core/errors.ts";
import { openDataset } from "../formats/open.ts";
import { type LabTable, labTables } from "../science/electrochemistry/lab-tables.ts";
import { openFile } from "../sources/file.node.ts";
import { type FlagValues, flagText, usage } from "./command.ts";
import { contentId } from "./content-id.ts";
import { OPEN_FLAGS, openOptions } from "./open-options.ts";

/** Flags of every verb that opens a laboratory file. */
export const LAB_FLAGS = {
  ...OPEN_FLAGS,
  "time-zone": { type: "string" },
  "date-order": { type: "string" },
  columns: { type: "string" },
} as const;

/** Their lines of a verb's help. */
export const LAB_HELP = [
  "  --time-zone +02:00         zone of the file's clock, where it names none (also Z, Europe/Berlin)",
  "  --date-order dmy|mdy       which comes first in a date such as 01/10/2024",
  "  --columns f/Hz,Z'/Ohm,…    names and units of the columns of a text table that has none, or others",
] as const;

export interface LabFile {
  readonly path: string;
  /** Content id, `s1:…`. */
  readonly id: string;
  /** As stated by flags; part of the recipe. */
  readonly open: OpenOptions;
  /** The whole tables in file order, and single sweeps of impedance behind the table that they are part of. */
  readonly tables: readonly LabTable[];
  readonly notices: readonly Notice[];
}

/** What the flags say about how to open a laboratory file. */
export function labOptions(flags: FlagValues): OpenOptions {
  const zone = flagText(flags, "time-zone");
  const order = flagText(flags, "date-order");
  const columns = flagText(flags, "columns");
  if (order !== undefined && order !== "dmy" && order !== "mdy")
    throw usage("--date-order", `wanted dmy or mdy, found "${order}"`, "dmy or mdy");
  return {
    ...openOptions(flags),
    ...(zone !== undefined && { timeZone: zone }),
    ...(order !== undefined && { dateOrder: order }),
    ...(columns !== undefined && { columns: columns.split(",").map((name) => name.trim()) }),
  };
}

/**
 * What `use` makes of a laboratory file, which is closed after.
 *
 * @throws Unsupported where the file holds no table
 */
export async function withLabFile<T>(
  path: string,
  open: OpenOptions,
  stop: AbortSignal,
  use: (file: LabFile) => T | Promise<T>,
): Promise<T> {
  const source = await openFile(path);
  try {
    const dataset = await openDataset(source, stop, open);
    const tables = labTables(dataset.items);
    if (tables.length === 0) {
      const kinds = [...new Set(dataset.items.map(({ kind }) => kind))].join(", ") || "nothing";
      const fields = { format: path, feature: "table" };
      throw new LithoscopeError(
        "Unsupported",
        `${path}: wanted a table of an instrument, found ${kinds}`,
        fields,
      );
    }
    return await use({ path, id: await contentId(source, stop), open, tables, notices: dataset.notices });
  } finally {
    await source.close();
  }
}
