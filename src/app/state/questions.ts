import type { Item, Notice, Signal } from "../../core/contracts.ts";
import { seriesOf } from "../../formats/find-scan.ts";
import type { OpenFile } from "./workspace.ts";

/** What a person can answer of a file that does not say it itself. */
export type Question = "scan" | "raw" | "time" | "setting" | "beside";

const flagsOf = ({ notices, error }: OpenFile): string[] => [
  ...notices.flatMap(({ flag }: Notice) => (flag === undefined ? [] : [flag])),
  ...(error?.flag === undefined ? [] : [error.flag]),
];

/** The series of frames that a file does not make a scan of, and its place among the items. */
export function seriesIn({ entries }: OpenFile): { item: Signal; index: number } | undefined {
  const items: readonly Item[] = entries.map((entry) => entry.item);
  const item = seriesOf({ items });
  return item && { item, index: items.indexOf(item) };
}

/** The file that should lie beside this one: its reader asked for it by this one's name, and there was none. */
export function besideWanted({ name, beside, error }: OpenFile): string | undefined {
  if (error?.flag === "FILE") return error.what;
  const stem = name.replace(/(_\d+)?\.[^.]*$/, "").toLowerCase();
  return beside.absent.find((other) => other.toLowerCase().startsWith(`${stem}.`));
}

/** The questions that a file leaves open. */
export function questionsOf(file: OpenFile): readonly Question[] {
  const flags = flagsOf(file);
  const has = (start: string) => flags.some((flag) => flag.startsWith(start));
  const { options } = file.handle;
  const stated = options?.shape !== undefined;
  const raw = options?.dtype !== undefined || (file.state === "error" && (has("--shape") || has("--dtype")));
  const unknown = file.state === "error" && file.error?.tag === "Format";
  const asked: readonly (readonly [Question, boolean])[] = [
    ["beside", besideWanted(file) !== undefined],
    ["raw", raw || unknown],
    ["scan", !raw && file.state === "ready" && (has("--shape") || has("--find-scan") || stated)],
    ["time", has("--time-zone") || has("--date-order")],
    ["setting", has("--setting") || options?.setting !== undefined],
  ];
  return asked.flatMap(([question, open]) => (open ? [question] : []));
}
