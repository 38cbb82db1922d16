import { parentPort } from "node:worker_threads";
import { drawHere } from "./png-parts.node.ts";

/** A drawing that is asked for. */
export interface Asked {
  readonly number: number;
  readonly svg: string;
  readonly dpi: number;
}

/** The picture, or why there is none. */
export type Drawn = { readonly number: number } & ({ readonly png: Uint8Array } | { readonly error: string });

const port = parentPort!;

async function draw({ number, svg, dpi }: Asked): Promise<void> {
  try {
    const png = await drawHere(svg, dpi);
    port.postMessage({ number, png } satisfies Drawn, [png.buffer as ArrayBuffer]);
  } catch (error) {
    port.postMessage({
      number,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    } satisfies Drawn);
  }
}

port.on("message", (asked: Asked) => void draw(asked));
