import type { Notice } from "../../../core/contracts.ts";
import { putText } from "../../axes.ts";
import { axesOf, sizesOf } from "../../gatan-axes.ts";
import { metaOf } from "../../gatan-meta.ts";
import { type DmGroup, type DmValue, numberAt, textAt } from "../../gatan-tags.ts";
import { type Dialect, type FoundItem, foundDataset, isNumeric } from "../dialect.ts";
import { childDataset, childGroup, type H5Group, h5Unsupported } from "../parse.ts";

/** Colours of four bytes, as DigitalMicrograph counts its data types. */
const COLOUR = 23;

/** Entries of a list are named "[0]", "[1]" …; HDF5 gives them in the order of the letters. */
function listed(names: readonly string[]): string[] {
  const place = (name: string) => Number(/^\[(\d+)\]$/.exec(name)?.[1] ?? 0);
  return [...names].sort((a, b) => place(a) - place(b));
}

/** A group as DigitalMicrograph's tree of tags: attributes are its values, groups its branches. */
function tagsOf(group: H5Group): DmGroup {
  const tags = new Map<string, DmValue | DmGroup>();
  for (const name of listed(Object.keys(group.attributes))) {
    const value = group.attributes[name];
    if (typeof value === "number" || typeof value === "string" || typeof value === "boolean")
      tags.set(name, value);
    else if (value?.every((entry) => typeof entry === "number")) tags.set(name, value as readonly number[]);
  }
  for (const name of listed([...group.children.keys()])) {
    const child = group.children.get(name)!;
    if (child.kind === "group") tags.set(name, tagsOf(child));
  }
  return { kind: "group", tags };
}

/** Numbers of the images that are small pictures of others. */
function thumbnails(root: H5Group): Set<number> {
  const list = childGroup(root, "Thumbnails");
  const entries = [...(list?.children.values() ?? [])].flatMap((entry) =>
    entry.kind === "group" ? [tagsOf(entry)] : [],
  );
  return new Set(entries.flatMap((entry) => numberAt(entry, "ImageIndex") ?? []));
}

/** DigitalMicrograph 5: the tags of `.dm4` as groups and attributes. */
export const dm5Dialect: Dialect = {
  id: "dm5",
  title: "Gatan DigitalMicrograph (.dm5)",
  recognises: (root) => childGroup(root, "ImageList", "[0]", "ImageData") !== undefined,

  async find(file) {
    const list = childGroup(file.root, "ImageList")!;
    const small = thumbnails(file.root);
    const found: FoundItem[] = [];
    let left: string | undefined;
    for (const [number, name] of listed([...list.children.keys()]).entries()) {
      const group = childGroup(list, name);
      const dataset = childDataset(childGroup(group, "ImageData"), "Data");
      if (!group || !dataset || small.has(number)) continue;
      const image = tagsOf(group);
      const colour = numberAt(image, "ImageData", "DataType") === COLOUR;
      // The dataset counts its sizes from the slowest on, the tags from the fastest.
      const fits = sizesOf(image).toReversed().join() === dataset.shape.join();
      if (!isNumeric(dataset) || colour || !fits) {
        left = colour ? "a coloured image" : `an image of ${dataset.shape.join(" × ")} ${dataset.type.kind}`;
        const message = `hdf5: ${dataset.path}: ${left} is not read`;
        file.notices.push({ code: "image-skipped", message, where: dataset.path });
        continue;
      }
      const notices: Notice[] = [];
      const { axes, order } = axesOf(image, notices);
      const meta = metaOf(image);
      const tags = childGroup(group, "ImageTags");
      const stamp = tags && textAt(tagsOf(tags), "Timestamp");
      if (stamp && meta["time.start"] === undefined) putText(meta, "time.start.local", stamp);
      const stated = (textAt(image, "Name") ?? "").replace(/^\/+$/, "");
      const title = stated || file.source.name;
      found.push(foundDataset(file, dataset, { title, axes, order, meta }, notices));
    }
    if (found.length === 0 && left !== undefined) throw h5Unsupported(`${left} is not read`, left);
    return found;
  },
};
