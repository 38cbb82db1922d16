import type { Notice, Quantity, Table } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import type { FieldInfo } from "../../core/schema.ts";
import type { Figure } from "../../figures/figure.ts";
import { type Negate, spectrumOf } from "../../science/electrochemistry/impedance-columns.ts";
import type { Spectrum } from "../../science/electrochemistry/spectrum.ts";
import { fileOf } from "./datasets.ts";
import type { ItemHandle } from "./methods.ts";
import type { Context } from "./protocol.ts";

export interface ImpedanceRequest extends ItemHandle {
  readonly params: Readonly<Record<string, unknown>>;
  /** Parts that are stored with the other sign, where the columns do not say. */
  readonly negate?: Negate;
}

/** One number of a result; `state` says "held" or "at a bound" in place of its uncertainty. */
export interface NamedQuantity extends Quantity {
  readonly name: string;
  readonly state?: string;
}

export interface ImpedanceAnswer {
  /** Kramers-Kronig verdict of each spectrum, with the reason. */
  readonly verdicts: readonly { readonly title: string; readonly verdict: string; readonly reason: string }[];
  /** Circuits of the first spectrum, the best first. */
  readonly circuits: readonly { readonly text: string; readonly chi2: number; readonly aicc: number }[];
  /** Parameters of the best circuit for the first spectrum. */
  readonly parameters: readonly NamedQuantity[];
  readonly figures: readonly { readonly id: string; readonly figure: Figure }[];
  readonly notices: readonly Notice[];
}

/** What the form asks for. */
export async function impedanceFields(): Promise<Readonly<Record<string, FieldInfo>>> {
  const { EIS_PARAMS } = await import("../../analyses/electrochemistry/eis/analysis.ts");
  return EIS_PARAMS.fields;
}

/** The table of an item; where it is followed by its single sweeps, those. */
async function tablesOf({ file, item }: ItemHandle, stop: AbortSignal) {
  const { dataset } = await fileOf(file, stop);
  const table = (i: number): { table: Table; start?: string | undefined } | undefined => {
    const found = dataset.items[i];
    if (found?.kind === "stream") return { table: found.table, start: found.clock.start };
    return found?.kind === "table" ? { table: found } : undefined;
  };
  const isSweep = (i: number) => table(i)?.table.meta["sweep.index"] !== undefined;
  const own = table(item);
  if (!own) throw new LithoscopeError("Unsupported", "wanted a table of impedance, found none");
  const sweeps: { table: Table; start?: string | undefined }[] = [];
  if (!isSweep(item)) for (let i = item + 1; isSweep(i); i++) sweeps.push(table(i)!);
  return sweeps.length > 0 ? sweeps : [own];
}

/** Validity, circuit, arcs and relaxation times of one sweep or a series. Progress counts spectra. */
export async function impedance(
  request: ImpedanceRequest,
  { progress, stop }: Context,
): Promise<ImpedanceAnswer> {
  const { analyseSpectra, EIS_PARAMS } = await import("../../analyses/electrochemistry/eis/analysis.ts");
  const { parametersOf } = await import("../../analyses/electrochemistry/eis/result-json.ts");
  const { eisFigures } = await import("../../figures/eis-figures.ts");
  const params = EIS_PARAMS.parse(request.params);
  const notices: Notice[] = [];
  const spectra: Spectrum[] = [];
  for (const { table, start } of await tablesOf(request, stop)) {
    const found = await spectrumOf(table, { negate: request.negate, start }, notices, stop);
    if (found) spectra.push(found);
  }
  progress({ done: 0, total: spectra.length });
  const run = analyseSpectra(spectra, params, {}, 0, (done, total) => progress({ done, total }));
  const first = run.results[0]!;
  return {
    verdicts: run.results.map(({ spectrum, validity }) => ({
      ...{ title: spectrum.title, verdict: validity.verdict, reason: validity.reason },
    })),
    circuits: first.fits.map(({ circuit, chi2, aicc }) => ({ text: circuit.text, chi2, aicc })),
    parameters: Object.entries(parametersOf(first.fits[0]!, first.intervals)).map(
      ([name, { value, unit, sigma, from, state }]) => ({
        ...{ name, value, unit },
        ...(sigma !== undefined && { sigma }),
        ...(from && { from }),
        ...(state !== undefined && { state }),
      }),
    ),
    figures: eisFigures(run.results),
    notices: [...notices, ...run.notices],
  };
}
