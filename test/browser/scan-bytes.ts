import { LNMO, PLATINUM } from "../../src/analyses/simulation/crystals.ts";
import { simulationParams } from "../../src/analyses/simulation/params.ts";
import { simulateOrientation } from "../../src/analyses/simulation/scan.ts";
import { writer } from "../../src/formats/blo/writer.ts";
import { readCif } from "../../src/index.ts";

/** A block file of the simulated film, `size` × `size` patterns. */
export async function scanBytes(size: number): Promise<Uint8Array> {
  const crystals = [await readCif(LNMO.cif, LNMO.name), await readCif(PLATINUM.cif, PLATINUM.name)];
  let bytes: Uint8Array | string = "";
  const sink = {
    write: async (_path: string, made: Uint8Array | string) => {
      bytes = made;
    },
    commit: async () => {},
    discard: async () => {},
  };
  const params = simulationParams.parse({ size, step: 4 });
  await writer.write(simulateOrientation(crystals, params, 9).scan, sink, "scan.blo");
  return bytes as unknown as Uint8Array;
}
