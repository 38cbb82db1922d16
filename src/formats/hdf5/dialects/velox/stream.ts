import { LithoscopeError } from "../../../../core/errors.ts";
import { pause } from "../../values.ts";

/** A word that ends the spectrum of a pixel; every other word is the channel of one X-ray. */
const NEXT_PIXEL = 0xffff;
const WHAT = "a spectrum stream";
/** Words of one read, 2 MiB: between two a cancel is heard. */
const SLAB = 2 ** 20;

/** Words of one detector's stream, which lies in the file as the X-rays came. */
export interface EventStream {
  /** Rows and columns of a frame; a stream says nothing of them. */
  readonly height: number;
  readonly width: number;
  /** Words in the file. */
  readonly words: number;
  /** Word where each frame starts, where the file lists them. */
  readonly starts?: readonly number[];
  read(from: number, to: number): Promise<Uint16Array>;
}

/** Half-open ranges of a frame's rows, columns and channels. */
export interface EventRegion {
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
  readonly channels: readonly [number, number];
}

/** Frames that a stream can hold at most: every pixel takes a word, the last one may lack it. */
export function framesWithin({ width, height, words }: EventStream): number {
  return Math.max(1, Math.ceil((words + 1) / (width * height)));
}

/**
 * Counts a stream's events by region. Where rows start is found on the first use of a frame and kept: a number per row
 * that the file holds, so no more than the stream itself.
 */
export class EventCounter {
  readonly #stream: EventStream;
  /** Start of each row of each frame, as far as it was followed. */
  readonly #rows: number[][] = [];
  /** Word after the last frame followed, where frames have to be followed one after the other. */
  #followed = 0;

  constructor(stream: EventStream) {
    this.#stream = stream;
  }

  /** Starts of the rows of a frame, and the word after it; rows that the stream does not reach are missing. */
  async #rowStarts(frame: number, stop?: AbortSignal): Promise<number[]> {
    const { starts, words } = this.#stream;
    const known = this.#rows[frame];
    if (known) return known;
    if (starts) {
      const rows = await this.#follow(starts[frame] ?? words, stop);
      this.#rows[frame] = rows;
      return rows;
    }
    for (let next = this.#rows.length; next <= frame; next++) {
      const rows = await this.#follow(this.#followed, stop);
      // Another read may have followed this frame meanwhile.
      if (this.#rows.length > next) continue;
      this.#rows.push(rows);
      this.#followed = rows.at(-1)!;
    }
    return this.#rows[frame]!;
  }

  /** Follows one frame from a word on. */
  async #follow(from: number, stop?: AbortSignal): Promise<number[]> {
    const { width, height, words } = this.#stream;
    const rows = [from];
    let left = width;
    let position = from;
    while (position < words && rows.length <= height) {
      const slab = await this.#stream.read(position, Math.min(words, position + SLAB));
      for (let i = 0; i < slab.length; i++) {
        if (slab[i] !== NEXT_PIXEL || --left > 0) continue;
        left = width;
        rows.push(position + i + 1);
        if (rows.length > height) return rows;
      }
      position += slab.length;
      await pause(stop, WHAT);
    }
    if (rows.at(-1)! < words) rows.push(words);
    return rows;
  }

  /**
   * Adds the events of a region of one frame to `out`, whose rows, columns and channels are those of the region.
   *
   * @throws Refused where a channel of a pixel has more events than a 16-bit number holds
   */
  async add(frame: number, region: EventRegion, out: Uint16Array, stop?: AbortSignal): Promise<void> {
    const { rows, columns, channels } = region;
    const { width } = this.#stream;
    const [wide, deep] = [columns[1] - columns[0], channels[1] - channels[0]];
    if (out.length === 0) return;
    const starts = await this.#rowStarts(frame, stop);
    const [from, to] = [starts[rows[0]], starts[Math.min(rows[1], starts.length - 1)]];
    if (from === undefined || to === undefined) return;
    let [x, base] = [0, -columns[0] * deep - channels[0]];
    for (let position = from; position < to; position += SLAB) {
      const slab = await this.#stream.read(position, Math.min(to, position + SLAB));
      for (let i = 0; i < slab.length; i++) {
        const word = slab[i]!;
        if (word === NEXT_PIXEL) {
          x++;
          base += deep;
          if (x < width) continue;
          base += (wide - width) * deep;
          x = 0;
        } else if (x >= columns[0] && x < columns[1] && word >= channels[0] && word < channels[1]) {
          const place = base + word;
          // A count that wraps round to 0 would be a lie.
          if (++out[place]! > 0xffff) throw tooMany();
        }
      }
      if (position + SLAB < to) await pause(stop, WHAT);
    }
  }
}

function tooMany(): LithoscopeError {
  const message = "hdf5: a channel of the spectrum image has more than 65 535 events when summed";
  const hint = "read the item that has the frames apart";
  return new LithoscopeError("Refused", message, { why: "sum too large", need: "16-bit counts" }, { hint });
}
