/** How the positions of patterns make a scan. */

export type Position = readonly [number, number];

export interface Scan {
  readonly columns: number;
  readonly rows: number;
  /** From one column to the next, from one row to the next [m]; no length where there is only one. */
  readonly across: Position;
  readonly down: Position;
  readonly start: Position;
}

/** A position may be off its place in the scan by this part of a step: drift correction moves the beam. */
const TOLERANCE = 0.25;

function minus([ax, ay]: Position, [bx, by]: Position): Position {
  return [ax - bx, ay - by];
}

function lengthOf([x, y]: Position): number {
  return Math.hypot(x, y);
}

/**
 * The scan of positions that run along rows: the first row ends where the beam does not go one step further. Positions
 * are asked for one by one, those of the first row and the last one only.
 *
 * @param position of a pattern by its number [m]
 * @param count patterns
 * @returns undefined where a position is not known or the last one is not where such a scan ends
 */
export async function scanOf(
  position: (at: number) => Promise<Position | undefined>,
  count: number,
): Promise<Scan | undefined> {
  const start = await position(0);
  if (!start) return undefined;
  const still: Position = [0, 0];
  if (count === 1) return { columns: 1, rows: 1, across: still, down: still, start };
  const second = await position(1);
  if (!second) return undefined;
  const step = minus(second, start);
  const stepLength = lengthOf(step);
  if (stepLength === 0) return undefined;
  const near = (is: Position, wanted: Position) => lengthOf(minus(is, wanted)) <= TOLERANCE * stepLength;
  let columns = 2;
  let end = second;
  let next: Position | undefined;
  for (; columns < count; columns++) {
    next = await position(columns);
    if (!next) return undefined;
    if (!near(next, [end[0] + step[0], end[1] + step[1]])) break;
    end = next;
  }
  const along = minus(end, start);
  const across: Position = [along[0] / (columns - 1), along[1] / (columns - 1)];
  if (columns === count) return { columns, rows: 1, across, down: still, start };
  const down = minus(next!, start);
  const rows = Math.ceil(count / columns);
  const last = await position(count - 1);
  const [row, column] = [rows - 1, (count - 1) % columns];
  const wanted: Position = [
    start[0] + row * down[0] + column * across[0],
    start[1] + row * down[1] + column * across[1],
  ];
  return last && near(last, wanted) ? { columns, rows, across, down, start } : undefined;
}
