import type { Dialect } from "../../dialect.ts";
import { childDataset, childGroup } from "../../parse.ts";
import { foundEels, foundImages, imageDatasets } from "./images.ts";
import { dataGroups, documentsOf, jsonOf, metadataOf } from "./parse.ts";
import { foundSpectra, foundStreams } from "./spectra.ts";
import { titlesOf } from "./titles.ts";

/** Groups of documents that say what the data are shown as and how they were made. */
const DOCUMENTS = ["Displays", "SharedProperties", "Presentation", "Operations", "Features"];
const KINDS = ["Image", "Spectrum", "SpectrumImage", "SpectrumStream", "EelsSpectrumImage"];

/** Thermo Fisher's Velox. */
export const veloxDialect: Dialect = {
  id: "velox",
  title: "Velox EMD (Thermo Fisher)",

  recognises(root) {
    const kinds = childGroup(root, "Data")?.children;
    return childDataset(root, "Version")?.type.kind === "text" && KINDS.some((kind) => kinds?.has(kind));
  },

  async find(file) {
    const { library, root } = file;
    const documents = Object.fromEntries(
      DOCUMENTS.map((name) => [name, documentsOf(library, childGroup(root, name))]),
    );
    const metadata = KINDS.flatMap((kind) => dataGroups(root, kind)).map((group) => [
      group.path,
      metadataOf(library, group),
    ]);
    Object.assign(file.documents, {
      Version: jsonOf(library, childDataset(root, "Version")),
      ...documents,
      Metadata: Object.fromEntries(metadata),
    });
    return [
      ...(await foundStreams(file, imageDatasets(file))),
      ...foundEels(file),
      ...foundImages(file, titlesOf(documents)),
      ...foundSpectra(file),
    ];
  },
};
