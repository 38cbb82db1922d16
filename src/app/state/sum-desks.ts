import type { Detector } from "../../analyses/diffraction/virtual-image/detectors.ts";
import type { Desk } from "../desk/client.ts";
import type { ItemHandle } from "../desk/methods.ts";

/** Most desks that work side by side. */
const MOST = 3;
/** Bytes of a scan that are worth a desk more; it takes some 100 ms to start. */
const WORTH = 2 ** 26;

/** Desks that share the sum over a scan: the page's own, and others that start when they are first needed. */
export class SumDesks {
  readonly #count: number;
  readonly #own: Desk;
  readonly #start: () => Desk;
  readonly #others: Desk[] = [];

  /**
   * @param bytes of the scan
   * @param start gives another desk beside the page's `own`
   */
  constructor(bytes: number, own: Desk, start: () => Desk) {
    this.#count = Math.max(1, Math.min(MOST, navigator.hardwareConcurrency, Math.floor(bytes / WORTH)));
    this.#own = own;
    this.#start = start;
  }

  /** The image of a detector over `height` rows of `width` points; `progress` hears of points done. */
  async image(
    { height, width, ...given }: ItemHandle & { detector: Detector; height: number; width: number },
    progress: (done: number) => void,
    stop: AbortSignal,
  ): Promise<Float32Array> {
    while (this.#others.length < this.#count - 1) this.#others.push(this.#start());
    const desks = [this.#own, ...this.#others];
    const done = desks.map(() => 0);
    const bands = await Promise.all(
      desks.map((desk, i) => {
        const edge = (k: number) => Math.floor((k * height) / desks.length);
        const hear = (count: number) => {
          done[i] = count;
          progress(done.reduce((a, b) => a + b, 0));
        };
        const rows = [edge(i), edge(i + 1)] as const;
        return desk.call("virtualImage", { ...given, rows }, { progress: hear, stop });
      }),
    );
    const image = new Float32Array(height * width);
    let at = 0;
    for (const band of bands) {
      image.set(band, at);
      at += band.length;
    }
    return image;
  }

  end(): void {
    for (const desk of this.#others.splice(0)) desk.end();
  }
}
