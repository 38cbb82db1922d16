/** Files of `cv`. */
import { voltammogramIn } from "../analyses/electrochemistry/cv/analysis.ts";
import type { CvColumns } from "../analyses/electrochemistry/cv/columns.ts";
import type { Voltammogram } from "../analyses/electrochemistry/cv/sweeps.ts";
import type { Notice, OpenOptions } from "../core/contracts.ts";
import { withLabFile } from "./lab-input.ts";

export interface CvFile {
  readonly file: string;
  readonly id: string;
  readonly open: OpenOptions;
  readonly run: Voltammogram;
  readonly notices: readonly Notice[];
}

/** The first table of a file that has time, current and potential. */
export function readCv(
  path: string,
  open: OpenOptions,
  columns: CvColumns,
  stop: AbortSignal,
): Promise<CvFile> {
  return withLabFile(path, open, stop, async (lab) => {
    const { run, notices } = await voltammogramIn(lab.tables, columns, stop);
    return { file: path, id: lab.id, open, run, notices: [...lab.notices, ...notices] };
  });
}
