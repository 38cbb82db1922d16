import type { Numeric, Signal } from "../../../core/contracts.ts";
import type { ScanPoint } from "../../state/selection.ts";

/** Bytes of patterns that are kept. */
const KEPT = 64 * 2 ** 20;

/** Patterns of a scan by point; those seen last stay in memory. */
export function patternCache(scan: Signal): (point: ScanPoint) => Numeric | Promise<Numeric> {
  const [, width, rows, columns] = scan.axes.map(({ size }) => size) as [number, number, number, number];
  const kept = new Map<number, Numeric>();
  let bytes = 0;
  return ({ x, y }) => {
    const key = y * width + x;
    const known = kept.get(key);
    if (known) {
      kept.delete(key);
      kept.set(key, known);
      return known;
    }
    const region = { start: [y, x, 0, 0], stop: [y + 1, x + 1, rows, columns] };
    return scan.tile(region).then((values) => {
      kept.set(key, values);
      bytes += values.byteLength;
      for (const [oldest, { byteLength }] of kept) {
        if (bytes <= KEPT) break;
        kept.delete(oldest);
        bytes -= byteLength;
      }
      return values;
    });
  };
}
