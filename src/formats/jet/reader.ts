import type { Reader } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { MAGIC } from "./format.ts";

/** Refuses, and says which export can be read: pages and indices of an Access database are read by no kept library. */
export const reader: Reader = {
  async open(source, stop) {
    const head = await source.read(0, Math.min(32, source.size), stop);
    if (!MAGIC.test(new TextDecoder("latin1").decode(head.subarray(4)))) {
      const message = `jet: wanted "Standard Jet DB" at byte 4 of ${source.name}`;
      throw new LithoscopeError("Format", message, { format: "jet", at: 4 });
    }
    const message = `jet: ${source.name} is an Access database, which is not read`;
    const hint = "export the channel as CSV (Arbin: Data Watcher or MITS Pro, Export to CSV) and open that";
    throw new LithoscopeError(
      "Refused",
      message,
      { reason: "Access database", need: "a CSV export" },
      { hint },
    );
  },
};
