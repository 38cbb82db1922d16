import { describe, expect, it, vi } from "vitest";
import type { CallOptions, Desk } from "../desk/client.ts";
import { SumDesks } from "./sum-desks.ts";

interface Asked {
  readonly desk: string;
  readonly rows: readonly [number, number];
}

describe("desks that share a sum", () => {
  vi.stubGlobal("navigator", { hardwareConcurrency: 8 });
  const detector = { name: "d", text: "d", x: 1, y: 1, inner: 0, outer: 1, closed: true };
  const given = { file: { id: 1, source: { kind: "url", url: "x" } }, item: 0, detector, width: 2 } as const;
  const asked: Asked[] = [];
  const ended: string[] = [];
  /** Gives every point the number of its row. */
  const deskOf = (name: string) =>
    ({
      call: async (
        _: string,
        { rows: [from, to] }: { rows: [number, number] },
        { progress }: CallOptions,
      ) => {
        asked.push({ desk: name, rows: [from, to] });
        progress?.((2 * (to - from)) as never);
        return Float32Array.from({ length: 2 * (to - from) }, (_value, i) => from + Math.floor(i / 2));
      },
      end: () => ended.push(name),
    }) as unknown as Desk;

  it("divide the rows among them, put them together, and are there again the next time", async () => {
    let started = 0;
    const desks = new SumDesks(2 ** 30, deskOf("own"), () => deskOf(`other ${++started}`));
    const counts: number[] = [];
    for (const height of [7, 2]) {
      asked.length = 0;
      counts.length = 0;
      const stop = new AbortController().signal;
      const image = await desks.image({ ...given, height }, (done) => counts.push(done), stop);
      expect([...image]).toEqual(Array.from({ length: 2 * height }, (_, i) => Math.floor(i / 2)));
      expect(counts.at(-1)).toBe(2 * height);
      expect(asked.map(({ desk }) => desk)).toEqual(["own", "other 1", "other 2"]);
    }
    desks.end();
    expect(ended).toEqual(["other 1", "other 2"]);
  });

  it("are the page's own alone for a small scan", async () => {
    const desks = new SumDesks(2 ** 20, deskOf("own"), () => deskOf("other"));
    asked.length = 0;
    await desks.image({ ...given, height: 5 }, () => undefined, new AbortController().signal);
    expect(asked).toEqual([{ desk: "own", rows: [0, 5] }]);
  });
});
