import type { OpenOptions, Quantity } from "../core/contracts.ts";
import { quantityText } from "../figures/number-text.ts";

/** A work that the numbers rest on. */
export interface Citation {
  readonly key: string;
  readonly authors: string;
  readonly year: number;
  readonly title: string;
  readonly journal: string;
  readonly doi: string;
}

const CITATIONS: readonly Citation[] = [
  {
    key: "Vincent1994",
    authors: "R. Vincent, P. A. Midgley",
    year: 1994,
    title:
      "Double conical beam-rocking system for measurement of integrated electron diffraction intensities",
    journal: "Ultramicroscopy 53, 271",
    doi: "10.1016/0304-3991(94)90039-6",
  },
  {
    key: "Rauch2010",
    authors: "E. F. Rauch, J. Portillo, S. Nicolopoulos, D. Bultreys, S. Rouvimov, P. Moeck",
    year: 2010,
    title: "Automated nanocrystal orientation and phase mapping in the transmission electron microscope",
    journal: "Z. Kristallogr. 225, 103",
    doi: "10.1524/zkri.2010.1205",
  },
  {
    key: "Lobato2014",
    authors: "I. Lobato, D. Van Dyck",
    year: 2014,
    title:
      "An accurate parameterization for scattering factors, electron densities and electrostatic potentials",
    journal: "Acta Cryst. A70, 636",
    doi: "10.1107/S205327331401643X",
  },
  {
    key: "Rowenhorst2015",
    authors:
      "D. Rowenhorst, A. D. Rollett, G. S. Rohrer, M. Groeber, M. Jackson, P. J. Konijnenberg, M. De Graef",
    year: 2015,
    title: "Consistent representations of and conversions between 3D rotations",
    journal: "Modelling Simul. Mater. Sci. Eng. 23, 083501",
    doi: "10.1088/0965-0393/23/8/083501",
  },
  {
    key: "Brandon1966",
    authors: "D. G. Brandon",
    year: 1966,
    title: "The structure of high-angle grain boundaries",
    journal: "Acta Metall. 14, 1479",
    doi: "10.1016/0001-6160(66)90168-4",
  },
  {
    key: "Nunez2018",
    authors: "J. R. Nuñez, C. R. Anderton, R. S. Renslow",
    year: 2018,
    title: "Optimizing colormaps with consideration for color vision deficiency",
    journal: "PLoS ONE 13, e0199239",
    doi: "10.1371/journal.pone.0199239",
  },
];

export interface Methods {
  readonly paragraph: string;
  readonly citations: readonly Citation[];
}

/** What was asked, as `result.json` holds it. */
export interface Asked {
  readonly scan?: { readonly file: string; readonly id: string; readonly open?: OpenOptions };
  readonly crystals?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, string>>;
  readonly voltage?: Quantity;
  readonly precession?: Quantity;
  readonly pixelSize?: Quantity;
  readonly step?: Quantity;
  readonly calibration?: string;
  readonly scanRotation?: Quantity;
  readonly flip?: string;
  readonly centre?: readonly Quantity[];
  readonly exact?: boolean;
}

/** A paragraph on the method, ready to paste, that states this run's numbers; citations in the order they appear. */
export function methodsText(
  version: string,
  asked: Asked,
  values: Readonly<Record<string, Quantity>>,
  size: { readonly width: number; readonly height: number; readonly phases: readonly string[] },
): Methods {
  const said = (q: Quantity | undefined, otherwise: string) =>
    q ? quantityText({ ...q, from: "flag" }) : otherwise;
  const found = values["pixel size"];
  const precession = asked.precession?.value ? `, precession half-angle ${said(asked.precession, "")}` : "";
  const step = asked.step ? ` with a step of ${said(asked.step, "")}` : "";
  const pixel = found
    ? `The detector pixel was ${said(asked.pixelSize, "unknown")} as given and ${quantityText(found)} as ${found.from === "found" ? "refined against the crystals" : "used"}.`
    : "";
  const citations = CITATIONS.filter(({ key }) => key !== "Vincent1994" || precession !== "");
  const cite = (key: string) => `[${citations.findIndex((c) => c.key === key) + 1}]`;
  const paragraph = [
    `Diffraction patterns on ${size.width} × ${size.height} scan points${step} (accelerating voltage ${said(asked.voltage, "not stated")}${precession}${precession ? ` ${cite("Vincent1994")}` : ""}) were indexed with Lithoscope ${version} against ${size.phases.join(", ")} by matching with simulated patterns ${cite("Rauch2010")} and refinement.`,
    pixel,
    `Intensities follow the electron scattering factors of Lobato and Van Dyck ${cite("Lobato2014")}.`,
    `Orientations are active rotations from crystal to sample as unit quaternions ${cite("Rowenhorst2015")}, crystal frame a ∥ x, c* ∥ z, sample frame x along the scan row, y down, z along the beam away from the source; every answer depends on its own pattern and on calibration of the whole scan only.`,
    `Reliability is 1 − second/best score with the second answer at least 10° away or of another phase; uncertainties are one standard deviation from the fit.`,
    `Neighbours of one phase within 5°, also after a turn of 180° about the beam, form a grain, stray points take the number of the grain around them, groups below 5 points are none; σ of grain sizes comes from 400 resamples of grains, σ of area shares from 1000 resamples of blocks of 2.5 mean diameters; twin boundaries are within 15°/√3 of the Σ3 misorientation ${cite("Brandon1966")}. Scalar maps use cividis ${cite("Nunez2018")}.`,
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
  return { paragraph, citations };
}

/** One reference as a line of text. */
export function citationLine({ authors, title, journal, year, doi }: Citation): string {
  return `${authors}, ${title}, ${journal} (${year}), doi:${doi}`;
}

/** References as BibTeX. */
export function bibtex(citations: readonly Citation[]): string {
  return citations
    .map(
      (c) =>
        `@article{${c.key},\n  author = {${c.authors.split(", ").join(" and ")}},\n  title = {${c.title}},\n  journal = {${c.journal}},\n  year = {${c.year}},\n  doi = {${c.doi}}\n}\n`,
    )
    .join("\n");
}
