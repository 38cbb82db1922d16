import type { Dataset, OpenOptions, Source } from "../core/contracts.ts";
import { inFile, isLithoscopeError, LithoscopeError } from "../core/errors.ts";
import { formats, openWith } from "./index.ts";
import { likelyShapes } from "./raw/expected-size.ts";
import { rawFormat } from "./raw/format.ts";

const HEAD_BYTES = 4096;

/**
 * Opens a file as whatever it is: formats that are certain by its first bytes before possible ones, in list
 * order; only a Format error moves on to the next. With a dtype stated it is raw binary; a shape alone
 * says how the frames of a known format make a scan.
 *
 * @throws Format if no format takes it (the error of the likeliest one), or what a reader throws; it names the file
 */
export async function openDataset(
  source: Source,
  stop?: AbortSignal,
  options: OpenOptions = {},
): Promise<Dataset> {
  const path = source.ref.kind === "file" ? source.ref.path : source.name;
  return inFile(path, () => openAny(source, stop, options), source.name);
}

async function openAny(
  source: Source,
  stop: AbortSignal | undefined,
  options: OpenOptions,
): Promise<Dataset> {
  if (options.dtype) return (await rawFormat.load()).open(source, stop, options);
  const head = await source.read(0, Math.min(HEAD_BYTES, source.size), stop);
  const verdicts = formats.map((format) => ({ format, verdict: format.sniff(head, source.name) }));
  const certain = verdicts.filter(({ verdict }) => verdict === "certain");
  const possible = verdicts.filter(({ verdict }) => verdict === "possible");
  if (options.shape && certain.length === 0) return (await rawFormat.load()).open(source, stop, options);
  let failure: unknown;
  for (const { format } of [...certain, ...possible]) {
    try {
      return await openWith(format, source, stop, options);
    } catch (error) {
      if (!isLithoscopeError(error, "Format")) throw error;
      failure ??= error;
    }
  }
  if (failure) throw failure;
  const known = formats.map(({ id }) => id).join(", ");
  const message = `${source.name}: not a format known here (${known}) by its first ${head.byteLength} bytes`;
  const raw = likelyShapes(source.size);
  const hint = raw.length > 0 ? `as raw binary it could be ${raw.join(" or ")}` : undefined;
  throw new LithoscopeError("Format", message, { format: known, at: 0 }, hint === undefined ? {} : { hint });
}
