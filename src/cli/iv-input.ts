/** Files of `iv`. */
import { ivRunIn } from "../analyses/electrochemistry/iv/analysis.ts";
import type { IvRun } from "../analyses/electrochemistry/iv/run.ts";
import type { Notice, OpenOptions } from "../core/contracts.ts";
import type { CurrentPotentialColumns } from "../science/electrochemistry/current-potential.ts";
import { withLabFile } from "./lab-input.ts";

export interface IvFile {
  readonly id: string;
  readonly run: IvRun;
  readonly notices: readonly Notice[];
}

/** The first table of a file that has current and potential. */
export function readIv(
  path: string,
  open: OpenOptions,
  columns: CurrentPotentialColumns,
  stop: AbortSignal,
): Promise<IvFile> {
  return withLabFile(path, open, stop, async (lab) => {
    const { run, notices } = await ivRunIn(lab.tables, columns, stop);
    return { id: lab.id, run, notices: [...lab.notices, ...notices] };
  });
}
