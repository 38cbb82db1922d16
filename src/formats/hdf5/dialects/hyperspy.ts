import type { Notice } from "../../../core/contracts.ts";
import { type HyperspyGroup, hyperspyMeaning, isExperiment, isRagged, raggedError } from "../../hyperspy.ts";
import { type Dialect, type FoundItem, foundDataset, isNumeric, isThere, sizeOf } from "../dialect.ts";
import { childDataset, childGroup, groupsOf, type H5Dataset, type H5Group } from "../parse.ts";
import { channelsOf, foundChannels } from "./channels.ts";

function asGroup(group: H5Group): HyperspyGroup {
  const { attributes } = group;
  return {
    attributes,
    group(name) {
      const child = childGroup(group, name);
      return child && asGroup(child);
    },
  };
}

interface Experiment {
  readonly group: H5Group;
  readonly data: H5Dataset;
}

function experimentsOf(root: H5Group): Experiment[] {
  return [...groupsOf(root)].flatMap(({ group }) => {
    const data = childDataset(group, "data");
    return data && isExperiment(asGroup(group)) ? [{ group, data }] : [];
  });
}

/** HyperSpy's own files, and those of programs that write like it. */
export const hyperspyDialect: Dialect = {
  id: "hyperspy",
  title: "HyperSpy",
  recognises: (root) => experimentsOf(root).length > 0,

  async find(file) {
    const found: (readonly [number, FoundItem])[] = [];
    let ragged: string | undefined;
    for (const { group, data } of experimentsOf(file.root)) {
      if (isRagged(asGroup(group)) || data.type.kind === "list") {
        ragged ??= group.path;
        continue;
      }
      const channels = channelsOf(data.type);
      if ((!isNumeric(data) && !channels) || !isThere(file, data)) continue;
      const notices: Notice[] = [];
      const listed = (i: number) => {
        const dataset = childDataset(childGroup(group, `axis-${i}`), "axis");
        const value = dataset && file.library.value(dataset);
        return Array.isArray(value) ? (value as readonly number[]) : undefined;
      };
      const experiment = { path: group.path, group: asGroup(group), shape: data.shape, listed };
      const meaning = hyperspyMeaning(experiment, "hdf5", notices);
      const make = isNumeric(data) ? foundDataset : foundChannels;
      found.push([sizeOf(data), make(file, data, meaning, notices)]);
    }
    if (ragged !== undefined) {
      const error = raggedError("hdf5", ragged);
      if (found.length === 0) throw error;
      file.notices.push({ code: "ragged", message: error.message, where: ragged });
    }
    return found.sort(([a], [b]) => b - a).map(([, item]) => item);
  },
};
