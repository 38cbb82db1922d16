/** The spectra of laboratory files, in the order of time where the files say it. */
import { momentOf, type SpectrumChoice, spectraIn } from "../analyses/electrochemistry/eis/input.ts";
import type { Notice, OpenOptions } from "../core/contracts.ts";
import type { Spectrum } from "../science/electrochemistry/spectrum.ts";
import { withLabFile } from "./lab-input.ts";

export interface EisInput {
  readonly spectra: readonly Spectrum[];
  readonly inputs: readonly { readonly file: string; readonly id: string; readonly open: OpenOptions }[];
  readonly notices: readonly Notice[];
}

/** Every spectrum of the files: by their time where all have one, else as the files stand in the command. */
export async function eisInput(
  paths: readonly string[],
  open: OpenOptions,
  choice: SpectrumChoice,
  stop: AbortSignal,
): Promise<EisInput> {
  const notices: Notice[] = [];
  const inputs: EisInput["inputs"][number][] = [];
  const all: Spectrum[] = [];
  for (const path of paths) {
    await withLabFile(path, open, stop, async (file) => {
      const twin = inputs.find(({ id }) => id === file.id);
      if (twin) {
        const message = `${path}: the same content as ${twin.file}, left out`;
        notices.push({ code: "file-twice", message });
        return;
      }
      notices.push(...file.notices);
      inputs.push({ file: path, id: file.id, open });
      all.push(...(await spectraIn({ name: path, tables: file.tables }, choice, notices, stop)));
    });
  }
  const moments = all.map(momentOf);
  if (all.length > 1 && moments.every((moment) => moment !== undefined)) {
    const order = all.map((_, i) => i).sort((a, b) => moments[a]! - moments[b]! || a - b);
    if (order.some((from, to) => from !== to))
      notices.push({ code: "series-sorted", message: "the spectra were put in the order of their times" });
    return { spectra: order.map((i) => all[i]!), inputs, notices };
  }
  if (all.length > 1 && paths.length > 1)
    notices.push({
      code: "series-order",
      message: "not every file says when it was measured: the spectra stay in the order of the command",
    });
  return { spectra: all, inputs, notices };
}
