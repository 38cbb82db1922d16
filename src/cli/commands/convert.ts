import { rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import type { Sink, Writer } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { writers } from "../../formats/writers.ts";
import { type Answer, type Command, flagText, type Invocation, usage } from "../command.ts";
import { LAB_FLAGS, labOptions } from "../lab-input.ts";
import { withInput } from "../open-input.ts";
import { makeFolder, outputError, readText, removeTree, writeWhole } from "../output.ts";

/** A result folder holds its map as the JSON that goes out, so this copies it. */
async function copyMap(folder: string, out: string, force: boolean): Promise<Answer> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isFile()) {
    const fields = { format: extname(folder), feature: "convert" };
    throw new LithoscopeError("Unsupported", `${folder}: wanted a result folder, found a file`, fields);
  }
  const text = await readText(join(folder, "map.json"));
  await writeWhole(out, text, force);
  return { text: out, json: { output: out } };
}

/** Puts a file or folder beside its final name and moves it there when it is whole. */
function sinkBeside(out: string, force: boolean): Sink {
  const part = `${resolve(out)}.partial-${process.pid}`;
  const discard = () => removeTree(part, out);
  return {
    async write(path, bytes) {
      try {
        // Not mkdir's own recursion, which never ends where a folder refuses to hold any, such as /proc.
        await makeFolder(dirname(join(part, path)));
        await writeFile(join(part, path), bytes);
      } catch (error) {
        throw outputError(out, error);
      }
    },
    async commit() {
      try {
        if (force) await rm(out, { recursive: true, force: true });
        await rename(join(part, basename(resolve(out))), out);
        await discard();
      } catch (error) {
        throw outputError(out, error);
      }
    },
    discard,
  };
}

async function checkFree(out: string, force: boolean): Promise<void> {
  if (force || (await stat(out).catch(() => undefined)) === undefined) return;
  const hint = "--force replaces it";
  throw new LithoscopeError("Output", `${out} is there already`, { path: out, flag: "--force" }, { hint });
}

function lossError(input: string, writer: Writer, losses: readonly string[]): LithoscopeError {
  const message = `${input}: ${writer.title} does not keep everything: ${losses.join("; ")}`;
  const fields = { why: losses.join("; "), need: "--lossy", flag: "--lossy" };
  const hint = "--lossy writes it all the same; .zarr and .h5 keep everything";
  return new LithoscopeError("Refused", message, fields, { hint });
}

/** The writer that --to or the ending of OUT names. */
function writerFor(out: string, to: string | undefined): Writer {
  const ending = extname(out).toLowerCase();
  const found = writers.find(({ id, extensions }) =>
    to === undefined ? extensions.includes(ending) : id === to || extensions.includes(`.${to}`),
  );
  if (found) return found;
  if (to !== undefined) {
    const ids = writers.map(({ id }) => id).join(", ");
    throw usage("--to", `wanted one of ${ids}, found "${to}"`, ids);
  }
  const known = [".json", ...writers.flatMap(({ extensions }) => extensions)].join(", ");
  throw usage("OUT", `wanted a name ending in ${known}, found "${ending}"`, known);
}

async function write(
  input: string,
  out: string,
  writer: Writer,
  { flags, stop, say }: Invocation,
): Promise<Answer> {
  const force = flags.force === true;
  await checkFree(out, force);
  return withInput(input, labOptions(flags), stop, async ({ items, notices, header }) => {
    const item = items.find((candidate) => writer.accepts(candidate));
    if (!item) {
      const kinds = [...new Set(items.map(({ kind }) => kind))].join(", ");
      const fields = { format: writer.id, feature: "convert" };
      const others = writers.filter((other) => items.some((one) => other.accepts(one)));
      const endings = others.flatMap(({ extensions }) => extensions).join(", ");
      const message = `${input}: ${writer.title} does not hold ${kinds}`;
      const hint = endings ? { hint: `${endings} do` } : {};
      throw new LithoscopeError("Unsupported", message, fields, hint);
    }
    const losses = writer.losses?.(item) ?? [];
    if (losses.length > 0 && flags.lossy !== true) throw lossError(input, writer, losses);
    for (const loss of losses) say(`lost: ${loss}`);
    for (const notice of notices) say(`notice: ${notice.message}`);
    const unheard = writer.headerLoss?.(header);
    if (unheard !== undefined) say(`notice: ${unheard}`);
    if (items.length > 1) say(`notice: 1 of ${items.length} items is written, --dataset names another`);
    const sink = sinkBeside(out, force);
    try {
      await writer.write(item, sink, basename(resolve(out)), stop, header);
      await sink.commit();
    } finally {
      await sink.discard();
    }
    return { text: out, json: { output: out } };
  });
}

async function run(call: Invocation): Promise<Answer> {
  const [input, out] = call.inputs;
  if (call.inputs.length !== 2 || input === undefined || out === undefined) {
    throw usage("convert", `wanted IN and OUT, found ${call.inputs.length} names`, "IN OUT");
  }
  const to = flagText(call.flags, "to");
  if (to === "json" || (to === undefined && extname(out).toLowerCase() === ".json"))
    return copyMap(input, out, call.flags.force === true);
  return write(input, out, writerFor(out, to), call);
}

export const convert: Command = {
  help: [
    "lithoscope convert IN OUT [--to FORMAT] [--lossy] [--dataset PATH] [--shape N,N… --dtype TYPE [--offset BYTES]]",
    "                   [--force] [--json]",
    "",
    "Writes the first item of IN that OUT can hold; the ending of OUT says how, or --to: .zarr and .h5 (NeXus and EMD)",
    "keep data, axes, units and metadata; .tif keeps u8, u16, f32 and colours with even axes, others only with --lossy,",
    "which says what is lost; .npy has the values alone; .csv, .ang, .ctf are text.",
    "DIR OUT.ang and DIR OUT.ctf write the orientation map in a result folder for programs that read EBSD maps.",
    "DIR OUT.json writes the orientation map in a result folder as JSON: width, height, phases, phase,",
    "quaternion (w, x, y, z, crystal to sample), amorphous, trustworthy, covariance (rad²), grain.",
    "",
    "Example: lithoscope convert scan.h5 scan.zarr",
  ].join("\n"),
  flags: { ...LAB_FLAGS, to: { type: "string" }, lossy: { type: "boolean" } },
  run,
};
