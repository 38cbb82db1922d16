import type { Axis, DType, Signal } from "../../../core/contracts.ts";
import { LithoscopeError } from "../../../core/errors.ts";
import { transposedTile } from "../../frames.ts";
import { checkRegion, countOf, DTYPES, typed } from "../../regions.ts";
import type { FoundItem, Hdf5File, Meaning } from "../dialect.ts";
import type { H5Dataset, H5Type } from "../parse.ts";

/** Element type and number of the channels of a colour, such as red, green, blue, alpha of 16 bits. */
export function channelsOf({ kind, size, members }: H5Type): { dtype: DType; count: number } | undefined {
  const bytes = members[0]?.type.size;
  const alike = members.every(
    ({ type, offset }, i) =>
      type.kind === "int" && !type.signed && type.size === bytes && type.littleEndian && offset === i * bytes,
  );
  const named = /^rgba?$/i.test(members.map(({ name }) => name).join(""));
  if (kind !== "compound" || !alike || !named || size !== members.length * bytes!) return undefined;
  if (bytes !== 1 && bytes !== 2) return undefined;
  return { dtype: bytes === 1 ? "u8" : "u16", count: members.length };
}

/** Colours that are not three bytes: their channels become the last axis, so that no value is lost. */
export function foundChannels(
  { library, source }: Hdf5File,
  dataset: H5Dataset,
  meaning: Meaning,
  notices: FoundItem["notices"],
): FoundItem {
  const { dtype, count } = channelsOf(dataset.type)!;
  const common = { unit: "px", scale: 1, offset: 0, from: "none" } as const;
  const channel: Axis = { name: "channel", role: "signal", size: count, ...common };
  const axes = [...meaning.axes, channel];
  const shape = [...dataset.shape, count];
  const order = [...(meaning.order ?? meaning.axes.map((_, i) => i)), dataset.shape.length];
  const stored: Signal["tile"] = async (region, stop) => {
    checkRegion(region, shape, "hdf5");
    if (stop?.aborted) throw new LithoscopeError("Cancelled", `${source.name}: reading was cancelled`);
    await library.loadFilters(dataset.filters, dataset.path);
    const [start, end] = [region.start.slice(0, -1), region.stop.slice(0, -1)];
    const [from, to] = [region.start.at(-1)!, region.stop.at(-1)!];
    const elements = countOf(end, start);
    const out = typed(dtype, new Uint8Array(elements * (to - from) * DTYPES[dtype][0].BYTES_PER_ELEMENT));
    if (out.length === 0) return out;
    const sizes = end.map((last, i) => last - start[i]!);
    const all = typed(dtype, library.read(dataset, start, sizes));
    for (let i = 0; i < elements; i++)
      for (let c = from; c < to; c++) out[i * (to - from) + c - from] = all[i * count + c]!;
    return out;
  };
  return {
    path: dataset.path,
    notices,
    item: (ref) => ({
      kind: "signal",
      title: meaning.title,
      axes,
      dtype,
      value: meaning.value ?? { name: "value", unit: "1" },
      meta: { ...meaning.meta, "file.path": dataset.path },
      block: axes.map(({ size, role }) => (role === "nav" ? 1 : size)),
      ref,
      tile: transposedTile(stored, order, dtype),
    }),
  };
}
