/** Where the rows of a large text table begin, so that any part of it can be read without the rest. */
import type { Source } from "../../core/contracts.ts";
import { LONGEST_LINE, longLine } from "../orientation-grid.ts";

/** Rows between two remembered places. */
export const BLOCK_ROWS = 8192;
/** Bytes read at once. */
export const CHUNK = 2 ** 23;
const LF = 10;
const CR = 13;

/** A line feed in each byte of a word, and what tells whether a word has a byte of zero. */
const FEEDS = 0x0a0a0a0a;
const LOWEST = 0x01010101;
const HIGHEST = 0x80808080;

export interface RowIndex {
  readonly rows: number;
  /** Byte at which block k begins, and after the last one the end of the last row. */
  readonly starts: Float64Array;
}

/**
 * The places of the rows from a byte on, found by line feeds; empty lines are no rows.
 *
 * @param from byte at which the first row begins
 * @param chunk bytes read at once
 */
export async function indexRows(
  source: Source,
  from: number,
  stop?: AbortSignal,
  chunk: number = CHUNK,
): Promise<RowIndex> {
  const starts: number[] = [];
  let rows = 0;
  // Bytes of the line that began in the chunk before; more than a carriage return make a row.
  let carried = 0;
  let carriedRow = false;
  let lineStart = from;
  for (let at = from; at < source.size; at += chunk) {
    const bytes = await source.read(at, Math.min(chunk, source.size - at), stop);
    const size = bytes.length;
    let begin = 0;
    const lines = (from: number, to: number) => {
      for (let i = from; i < to; i++) {
        if (bytes[i] !== LF) continue;
        if (carriedRow || i > begin + 1 || (i === begin + 1 && bytes[begin] !== CR)) {
          if (rows % BLOCK_ROWS === 0) starts.push(lineStart);
          rows++;
        }
        begin = i + 1;
        lineStart = at + begin;
        carried = 0;
        carriedRow = false;
      }
    };
    // Four bytes at once: most words hold no line feed, and rows are too short for a call of `indexOf` each.
    const head = Math.min(size, -bytes.byteOffset & 3);
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset + head, (size - head) >> 2);
    lines(0, head);
    for (let k = 0; k < words.length; k++) {
      const x = words[k]! ^ FEEDS;
      if (((x - LOWEST) & ~x & HIGHEST) !== 0) lines(head + 4 * k, head + 4 * k + 4);
    }
    lines(head + 4 * words.length, size);
    carried += bytes.length - begin;
    if (carried > LONGEST_LINE)
      throw longLine(`csv: the line at byte ${lineStart} has ${carried} letters and no end yet`, lineStart);
    carriedRow = carried > 1 || (carried === 1 && bytes[bytes.length - 1] !== CR);
  }
  if (carriedRow) {
    if (rows % BLOCK_ROWS === 0) starts.push(lineStart);
    rows++;
  }
  return { rows, starts: Float64Array.from([...starts, source.size]) };
}
