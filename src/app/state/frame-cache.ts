import type { Numeric, Signal } from "../../core/contracts.ts";

/** Bytes of patterns, pictures or spectra that are kept. */
const KEPT = 64 * 2 ** 20;

/**
 * What lies at one place along the first axes, as often as it is asked for; those seen last stay in memory. As many of
 * the last axes as `rank` says are what is read: those of one pattern or spectrum unless given.
 */
export function frameCache(
  item: Signal,
  rank = item.axes.filter(({ role }) => role === "signal").length,
): (at: readonly number[]) => Numeric | Promise<Numeric> {
  const inner = item.axes.slice(item.axes.length - rank).map(({ size }) => size);
  const kept = new Map<string, Numeric>();
  let bytes = 0;
  return (at) => {
    const key = at.join();
    const known = kept.get(key);
    if (known) {
      kept.delete(key);
      kept.set(key, known);
      return known;
    }
    const region = { start: [...at, ...inner.map(() => 0)], stop: [...at.map((i) => i + 1), ...inner] };
    return item.tile(region).then((values) => {
      kept.set(key, values);
      bytes += values.byteLength;
      for (const [oldest, { byteLength }] of kept) {
        if (bytes <= KEPT || oldest === key) break;
        kept.delete(oldest);
        bytes -= byteLength;
      }
      return values;
    });
  };
}
