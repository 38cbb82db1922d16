import type { Item, Reader } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { bytesSource, inflate } from "../inflate.ts";
import { openDataset } from "../open.ts";

/** A gzip file cannot be read at random: it is inflated to memory, up to this size [bytes]. */
const LIMIT = 2 ** 30;
/** What grows a thousandfold beyond this size [bytes] holds nothing: a bomb. */
const BOMB = { bytes: 2 ** 26, ratio: 1000 };

export const reader: Reader = {
  async open(source, stop, options = {}) {
    const head = await source.read(0, Math.min(3, source.size), stop);
    if (head[0] !== 0x1f || head[1] !== 0x8b || head[2] !== 8) {
      const message = "gzip: wanted the signature 1F 8B 08 at byte 0";
      throw new LithoscopeError("Format", message, { format: "gzip", at: 0 });
    }
    const limit = Math.min(LIMIT, Math.max(BOMB.bytes, source.size * BOMB.ratio));
    const place = { offset: 0, length: source.size, kind: "gzip" as const, limit };
    const bytes = await inflate(source, place, stop);
    const name = source.name.replace(/\.gz$/i, "");
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
      const fields = { format: "gzip", feature: "gzip in gzip" };
      throw new LithoscopeError("Unsupported", `gzip: ${name} is compressed twice`, fields);
    }
    const dataset = await openDataset(bytesSource(bytes, name), stop, options);
    const items = dataset.items.map((item, i): Item => {
      const ref = { source: source.ref, format: "gzip", item: i, options };
      return item.kind === "signal" || item.kind === "points" ? { ...item, ref } : item;
    });
    return { ...dataset, items };
  },
};
