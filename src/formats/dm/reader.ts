import type { Notice, Reader, Signal, Source } from "../../core/contracts.ts";
import { isLithoscopeError, LithoscopeError } from "../../core/errors.ts";
import { frameBlock } from "../axes.ts";
import { axesOf, sizesOf } from "../gatan-axes.ts";
import { metaOf } from "../gatan-meta.ts";
import { type DmArray, type DmGroup, listAt, numberAt, textAt, valueAt } from "../gatan-tags.ts";
import { type DmFile, dmError, parseDm } from "./parse.ts";
import { pixelsOf } from "./pixels.ts";

const MAX_IMAGES = 1024;
const MAX_SIZE = 2 ** 31;

/** Numbers of the images that are small pictures of others. */
function thumbnails(root: DmGroup): Set<number> {
  const listed = listAt(root, "Thumbnails").flatMap((entry) => numberAt(entry, "ImageIndex") ?? []);
  return new Set(listed);
}

function arrayOf(image: DmGroup): DmArray | undefined {
  const data = valueAt(image, "ImageData", "Data");
  return typeof data === "object" && "kind" in data && data.kind === "array" ? data : undefined;
}

function signalOf(source: Source, file: DmFile, image: DmGroup, item: number, notices: Notice[]): Signal {
  const array = arrayOf(image);
  const code = numberAt(image, "ImageData", "DataType");
  const sizes = sizesOf(image);
  const fits =
    sizes.length > 0 && sizes.length < 8 && sizes.every((n) => Number.isInteger(n) && n > 0 && n < MAX_SIZE);
  if (!array || code === undefined || !fits)
    throw dmError(
      `an image of ${sizes.join(" × ") || "no"} pixels and data type ${code}`,
      array?.offset ?? 0,
    );
  const { axes, order } = axesOf(image, notices);
  const pixels = pixelsOf(
    source,
    { array, code, littleEndian: file.littleEndian },
    axes.map(({ size }) => size),
    order,
    notices,
  );
  return {
    kind: "signal",
    title: textAt(image, "Name") || source.name,
    axes,
    dtype: pixels.dtype,
    value: { name: "intensity", unit: "1" },
    meta: metaOf(image),
    block: frameBlock(axes),
    ref: { source: source.ref, format: "dm", item },
    tile: pixels.tile,
  };
}

export const reader: Reader = {
  async open(source, stop) {
    const file = await parseDm(source, stop);
    const notices: Notice[] = [];
    const small = thumbnails(file.root);
    const images = listAt(file.root, "ImageList").filter((image, i, all) => {
      // Old files have no list of thumbnails; theirs is the first of several and in colour.
      const unlisted =
        small.size === 0 && i === 0 && all.length > 1 && numberAt(image, "ImageData", "DataType") === 23;
      return !small.has(i) && !unlisted;
    });
    const items: Signal[] = [];
    let failure: unknown;
    for (const image of images.slice(0, MAX_IMAGES)) {
      try {
        items.push(signalOf(source, file, image, items.length, notices));
      } catch (error) {
        if (!isLithoscopeError(error)) throw error;
        failure ??= error;
        notices.push({
          code: "image-skipped",
          message: error.message,
          where: textAt(image, "Name") ?? "an image",
        });
      }
    }
    if (items.length === 0) {
      if (failure) throw failure;
      const what = file.whole ? "it holds no image" : `file ends at ${source.size} before its image does`;
      if (!file.whole) throw dmError(`cut short: ${what}`, source.size);
      throw new LithoscopeError("Unsupported", `dm: ${what}`, { format: "dm", feature: "no image" });
    }
    if (!file.whole) {
      const message = `dm: the tags after the images are cut short, file ends at ${source.size}`;
      notices.push({ code: "truncated", message, where: `byte ${source.size}` });
    }
    return { items, header: file, notices };
  },
};
