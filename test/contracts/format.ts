import { expect, it } from "vitest";
import type { Dataset, Format, Item, Region, Signal } from "../../src/core/contracts.ts";
import { isLithoscopeError } from "../../src/core/errors.ts";
import { seededRandom } from "../../src/core/random.ts";
import { formats } from "../../src/formats/index.ts";
import { beside } from "./beside.ts";

export interface FormatCase {
  readonly format: Format;
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Files that lie beside it. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
  /** How many bytes flipped, 200 unless told. */
  readonly flips?: number;
}

/** Larger signals are opened but not read: a flipped byte can claim any size. */
const READ_LIMIT = 1e6;

export function whole(signal: Signal): Region {
  return { start: signal.axes.map(() => 0), stop: signal.axes.map(({ size }) => size) };
}

/** Reads every item of a dataset, signals that are not too large. */
async function readAll(items: readonly Item[]): Promise<void> {
  for (const item of items) {
    if (item.kind === "signal") {
      const values = item.axes.reduce((product, { size }) => product * size, 1);
      if (values <= READ_LIMIT) await item.tile(whole(item));
    }
    if (item.kind === "points") {
      const positions = item.navigation.reduce((product, { size }) => product * size, 1);
      if (positions <= READ_LIMIT) await item.points(0, positions);
    }
  }
}

/** The bytes open as `format` itself; a flipped first byte would else only test that nothing takes them. */
async function open({ format, name, files }: FormatCase, bytes: Uint8Array): Promise<Dataset> {
  return (await format.load()).open(beside(name, { ...files, [name]: bytes }));
}

async function taggedOrFine(of: FormatCase, bytes: Uint8Array): Promise<string> {
  try {
    const dataset = await open(of, bytes);
    await readAll(dataset.items);
    return dataset.notices.length > 0 ? "notice" : "fine";
  } catch (error) {
    if (!isLithoscopeError(error)) throw error;
    return error.tag;
  }
}

function cutOf(signal: Signal, next: () => number): Region {
  const cut = signal.axes.map(({ size }) => {
    const pair = [0, 0].map(() => Math.floor(next() * (size + 1)));
    return pair.sort((a, b) => a - b) as [number, number];
  });
  return { start: cut.map(([from]) => from), stop: cut.map(([, to]) => to) };
}

/** Values of a region cut out of the whole array. */
function expected(all: ArrayLike<number>, signal: Signal, { start, stop }: Region): number[] {
  const shape = signal.axes.map(({ size }) => size);
  const numbers = all.length / shape.reduce((product, size) => product * size, 1);
  let flat = [0];
  shape.forEach((size, i) => {
    const steps = Array.from({ length: stop[i]! - start[i]! }, (_, k) => start[i]! + k);
    flat = flat.flatMap((at) => steps.map((step) => at * size + step));
  });
  return flat.flatMap((at) => Array.from({ length: numbers }, (_, k) => all[at * numbers + k]!));
}

/** What every format keeps (house-style §11); call it inside a `describe`. */
export function formatContract(of: FormatCase): void {
  const { format, name, bytes, flips = 200 } = of;
  it(`${name}: is certain of its own and no other format is`, () => {
    const head = bytes.subarray(0, 4096);
    expect(format.sniff(head, name)).toBe("certain");
    const others = formats.filter(({ id }) => id !== format.id);
    expect(others.filter((other) => other.sniff(head, "unnamed") === "certain").map(({ id }) => id)).toEqual(
      [],
    );
    expect(format.sniff(new Uint8Array(4096), "unnamed")).toBe("no");
    expect(format.sniff(new Uint8Array(0), "unnamed")).toBe("no");
  });

  it(`${name}: any split of a region gives the same values`, async () => {
    const random = seededRandom(`${format.id}/regions`);
    const { items } = await open(of, bytes);
    for (const signal of items.filter((item): item is Signal => item.kind === "signal").slice(0, 4)) {
      const all = await signal.tile(whole(signal));
      for (let i = 0; i < 30; i++) {
        const region = cutOf(signal, () => random.next());
        expect([...(await signal.tile(region))]).toEqual(expected(all, signal, region));
      }
    }
  });

  it(`${name}: cut at 16 places it is an error of ours or a notice`, async () => {
    for (let i = 0; i < 16; i++) {
      const cut = bytes.slice(0, Math.floor((bytes.length * i) / 16));
      expect(["Format", "notice"]).toContain(await taggedOrFine(of, cut));
    }
  });

  it(`${name}: ${flips} flipped bytes give a result or an error of ours`, async () => {
    const random = seededRandom(`${format.id}/flips`);
    for (let i = 0; i < flips; i++) {
      const flipped = bytes.slice();
      const at = Math.floor(random.next() * (i % 2 ? Math.min(512, bytes.length) : bytes.length));
      flipped[at] = flipped[at]! ^ (1 + Math.floor(random.next() * 255));
      await taggedOrFine(of, flipped);
    }
  });
}
