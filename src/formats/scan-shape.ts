import type { Axis, Dataset, Item, Numeric, Region, Signal } from "../core/contracts.ts";
import { LithoscopeError } from "../core/errors.ts";
import { frameBlock, pixelAxis } from "./axes.ts";
import { checkRegion, countOf, DTYPES, stridesOf } from "./regions.ts";

/**
 * The dataset with its first signal as a scan of the stated shape, for files that do not say how their frames make
 * one. The frames keep their order; those beyond the scan (a fly-back at the end) are left out.
 *
 * @param shape sizes, slowest first, the last ones those of the signal axes; one navigation size may be −1
 * @throws Usage if the frames are of another size, or fewer than the scan needs
 */
export function withScanShape(dataset: Dataset, shape: readonly number[], name: string): Dataset {
  const at = dataset.items.findIndex((item) => item.kind === "signal");
  if (at < 0) throw usage(`${name} holds no signal that could be given a shape`, "no --shape");
  const items: Item[] = [...dataset.items];
  items[at] = reshaped(dataset.items[at] as Signal, shape, name);
  // What the reader made of the order of the frames is settled by the flag.
  const notices = dataset.notices.filter(({ flag }) => flag !== "--shape");
  return { ...dataset, items, notices };
}

function usage(message: string, expected: string): LithoscopeError {
  return new LithoscopeError("Usage", `--shape: ${message}`, { path: "--shape", expected });
}

/** The signal with its navigation axes as `shape` says; see `withScanShape`. */
export function reshaped(signal: Signal, shape: readonly number[], name: string): Signal {
  const inner = signal.axes.filter(({ role }) => role === "signal");
  const outer = signal.axes.filter(({ role }) => role === "nav");
  const frames = countOf(outer.map(({ size }) => size));
  const sizes = inner.map(({ size }) => size);
  const asked = shape.slice(0, Math.max(0, shape.length - inner.length));
  if (shape.slice(asked.length).join() !== sizes.join())
    throw usage(
      `${name} has frames of ${sizes.join(" × ")}, found ${shape.join(",")}`,
      `…,${sizes.join(",")} at the end`,
    );
  const nav = settled(asked, frames);
  if (!nav)
    throw usage(`${name} has ${frames} frames, found ${shape.join(",")}`, "no more frames than there are");
  const names = nav.length === 2 ? ["y", "x"] : nav.map((_, i) => (nav.length === 1 ? "frame" : `nav${i}`));
  const same = outer.length === nav.length && outer.every(({ size }, i) => size === nav[i]);
  const axes: Axis[] = [
    ...(same
      ? outer
      : nav.map((size, i) => ({ ...pixelAxis(names[i]!, "nav", size), from: "flag" as const }))),
    ...inner,
  ];
  const old = outer.map(({ size }) => size);
  return {
    ...signal,
    axes,
    block: frameBlock(axes),
    ref: { ...signal.ref, options: { ...signal.ref.options, shape } },
    tile: async (region, stop) => {
      checkRegion(region, [...nav, ...sizes], signal.ref.format);
      return framesOf(signal, old, nav, region, stop);
    },
  };
}

/** The navigation sizes with −1 worked out; undefined if the frames do not suffice. */
function settled(asked: readonly number[], frames: number): number[] | undefined {
  const known = countOf(asked.filter((n) => n !== -1));
  const open = asked.filter((n) => n === -1).length;
  const valid =
    asked.length > 0 && open <= 1 && asked.every((n) => n === -1 || (Number.isSafeInteger(n) && n > 0));
  if (!valid || known > frames) return undefined;
  return asked.map((n) => (n === -1 ? Math.floor(frames / known) : n));
}

/** Frames of a region of the new shape, read in stretches that lie in one row of the old one. */
async function framesOf(
  signal: Signal,
  old: readonly number[],
  nav: readonly number[],
  region: Region,
  stop?: AbortSignal,
): Promise<Numeric> {
  const rank = nav.length;
  const inside = { start: region.start.slice(rank), stop: region.stop.slice(rank) };
  const perFrame = countOf(inside.stop, inside.start) * DTYPES[signal.dtype][1];
  const start = region.start.slice(0, rank);
  const count = region.stop.slice(0, rank).map((to, i) => to - start[i]!);
  const strides = stridesOf(nav);
  const oldStrides = stridesOf(old);
  const row = old.at(-1) ?? 1;
  const place = (frame: number) => old.map((size, i) => Math.floor(frame / oldStrides[i]!) % size);
  const read = (first: number, frames: number) => {
    const from = place(first);
    const to = from.map((index, i) => (i === old.length - 1 ? index + frames : index + 1));
    return signal.tile({ start: [...from, ...inside.start], stop: [...to, ...inside.stop] }, stop);
  };
  const along = count.at(-1)!;
  const lines = along > 0 ? countOf(count) / along : 0;
  let out: Numeric | undefined;
  for (let line = 0; line < lines; line++) {
    // The first frame of this line of the new scan, counted in the order of the file.
    let rest = line;
    let frame = start[rank - 1]!;
    for (let i = rank - 2; i >= 0; i--) {
      frame += (start[i]! + (rest % count[i]!)) * strides[i]!;
      rest = Math.floor(rest / count[i]!);
    }
    for (let done = 0; done < along; ) {
      const stretch = old.length === 0 ? 1 : Math.min(along - done, row - ((frame + done) % row));
      const values = await read(frame + done, stretch);
      out ??= new (values.constructor as new (n: number) => Numeric)(lines * along * perFrame);
      out.set(values, (line * along + done) * perFrame);
      done += stretch;
    }
  }
  return out ?? (await read(0, 0));
}
