import type { Table } from "../../../core/contracts.ts";
import { pixelAxis } from "../../axes.ts";
import { siblingOf } from "../../sibling.ts";
import { baseName } from "../axes.ts";
import { type Dialect, type FoundItem, foundDataset, type Hdf5File, isNumeric } from "../dialect.ts";
import { childGroup, type H5Group, numberOf } from "../parse.ts";
import { STEM_GROUP, type StemMetadata, scanAxis, stemMetadata } from "../stem-metadata.ts";
import { openTree } from "../tree.ts";
import { dectrisItems } from "./dectris.ts";

function imagesOf(file: Hdf5File, stem: StemMetadata): FoundItem[] {
  return [...file.root.children.values()].flatMap((group) => {
    if (group.kind !== "group" || group.path === `/${STEM_GROUP}`) return [];
    return [...group.children.values()].flatMap((dataset) => {
      if (dataset.kind !== "dataset" || dataset.shape.length !== 2 || !isNumeric(dataset)) return [];
      const axes = ["y", "x"].map((name, i) =>
        scanAxis(pixelAxis(name, "signal", dataset.shape[i]!), stem, file.notices),
      );
      const title = baseName(group.path);
      return [foundDataset(file, dataset, { title, axes, meta: stem.meta })];
    });
  });
}

/** The metadata themselves, where nothing else is there to show. */
function metadataTable(group: H5Group): FoundItem {
  const columns = Object.keys(group.attributes).filter(
    (name) => numberOf(group.attributes[name]) !== undefined,
  );
  const table: Table = {
    kind: "table",
    title: STEM_GROUP,
    rows: 1,
    columns: columns.map((name) => ({ name, unit: "1", type: "number" as const })),
    meta: {},
    read: async (name, from, to) =>
      from === 0 && to > 0
        ? Float64Array.of(numberOf(group.attributes[name]) ?? Number.NaN)
        : new Float64Array(0),
  };
  return { path: group.path, notices: [], item: () => table };
}

/** The file with images and metadata beside an ARINA's master file, which it leads to. */
export const stemMetadataDialect: Dialect = {
  id: "stem-metadata",
  title: "STEM metadata beside DECTRIS ARINA frames",
  recognises: (root) => stemMetadata(root) !== undefined,

  async find(file, stop) {
    const stem = stemMetadata(file.root)!;
    const images = imagesOf(file, stem);
    const name = `${file.source.name.replace(/\.h5$/i, "")}_master.h5`;
    const master = await siblingOf(file.source, name);
    const frames: FoundItem[] = [];
    if (master) {
      const opened = await openTree(master, stop);
      // Frames that are not there are told by a notice: the images can be opened without them.
      const whole = opened.notices.every(({ code }) => code !== "file-missing");
      if (whole) frames.push(...(await dectrisItems(opened, stem)));
      file.notices.push(...opened.notices);
      await master.close();
    }
    const found = [...frames, ...images];
    return found.length > 0 ? found : [metadataTable(childGroup(file.root, STEM_GROUP)!)];
  },
};
