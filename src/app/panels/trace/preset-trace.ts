import type { Column } from "../../../core/contracts.ts";
import { type Trace, tableTrace } from "./curves.ts";
import type { TraceLook } from "./look.ts";
import { cycleColumn, type Preset } from "./presets.ts";

/** The preset that a look asks for, as far as the table has it. */
export function chosenPreset(
  look: TraceLook,
  presets: readonly Preset[],
  first: Preset,
  names: readonly string[],
): Preset {
  if (look.shows !== "columns") return presets.find(({ id }) => id === look.shows) ?? first;
  const has = (name: string) => names.includes(name);
  const y = look.y.split("\n").filter(has);
  const plain = presets.find(({ id }) => id === "columns")!;
  return {
    ...plain,
    x: has(look.x) ? { column: look.x } : plain.x,
    y: y.length > 0 ? y.map((column) => ({ column })) : plain.y,
  };
}

/** Names of the columns that a preset needs. */
export function columnsOf(columns: readonly Column[], { x, y, cycles }: Preset): string[] {
  const cycle = cycles ? cycleColumn(columns) : undefined;
  return [x.column, ...y.map(({ column }) => column), ...(cycle ? [cycle] : [])];
}

/** The strips of a preset, with the scale that the look asks for. */
export function presetTrace(
  columns: readonly Column[],
  data: Readonly<Record<string, Float64Array>>,
  preset: Preset,
  { scale }: TraceLook,
  ground: "dark" | "light",
): Trace {
  const { x, y, equal, log, marks, cycles } = preset;
  const own = { x: log === "x" || log === "both", y: log === "y" || log === "both" };
  const cycle = cycles ? cycleColumn(columns) : undefined;
  return tableTrace(columns, data, {
    ...{ x, y, equal: equal === true, marks: marks === true, ground },
    log: scale === "auto" ? own : { x: own.x, y: scale === "log" },
    ...(cycle && { cycles: data[cycle]! }),
  });
}
