import type { Axis, Notice } from "../../../core/contracts.ts";
import { type Meta, putQuantity, putText } from "../../axes.ts";
import { plainAxes } from "../../regions.ts";
import { fromList, type Stated } from "../../stated.ts";
import { unitOf } from "../../units.ts";
import { axisOf, baseName } from "../axes.ts";
import { type Dialect, type FoundItem, foundDataset, type Hdf5File, isNumeric, isThere } from "../dialect.ts";
import {
  childDataset,
  childGroup,
  datasetsOf,
  groupsOf,
  type H5Dataset,
  type H5Group,
  type H5Value,
  numberOf,
  textOf,
} from "../parse.ts";
import { foundStored } from "./stored.ts";

function isData(group: H5Group): boolean {
  return textOf(group.attributes.NX_class) === "NXdata";
}

/** Names in an attribute: a list, one word, or the words of older files between colons or commas. */
function words(value: H5Value): string[] {
  if (Array.isArray(value)) return value.map(String);
  const text = textOf(value)?.replace(/^\[(.*)\]$/, "$1");
  return text ? text.split(/[:,]/).map((word) => word.trim()) : [];
}

/** The signal of an NXdata group and those that share its axes. */
function signalsOf(group: H5Group): H5Dataset[] {
  const datasets = [...group.children.values()].filter((child) => child.kind === "dataset");
  const named = [...words(group.attributes.signal), ...words(group.attributes.auxiliary_signals)];
  const marked = datasets.filter(({ attributes }) => numberOf(attributes.signal) === 1);
  const found = named.length > 0 ? named.map((name) => childDataset(group, name)) : marked;
  const all = found.filter((dataset) => dataset !== undefined);
  const only = childDataset(group, "data");
  return all.length > 0 || !only ? all : [only];
}

/** The dataset with the coordinates of dimension `i`, by every way that NeXus has had. */
function coordinates(
  group: H5Group,
  signal: H5Dataset,
  i: number,
): { name: string; list?: H5Dataset } | undefined {
  const { attributes } = group;
  for (const key of Object.keys(attributes).filter((name) => name.endsWith("_indices"))) {
    const value = attributes[key];
    const [first, ...more] = Array.isArray(value) ? value : [value];
    const name = key.slice(0, -"_indices".length);
    const list = childDataset(group, name);
    if (more.length === 0 && Number(first) === i && list) return { name, list };
  }
  const name = (words(attributes.axes).length > 0 ? words(attributes.axes) : words(signal.attributes.axes))[
    i
  ];
  if (name !== undefined && name !== "." && name !== "") {
    const list = childDataset(group, name);
    return list ? { name, list } : { name };
  }
  const [marked] = [...group.children.values()].filter(
    (child) => child.kind === "dataset" && numberOf(child.attributes.axis) === i + 1,
  );
  return marked?.kind === "dataset" ? { name: baseName(marked.path), list: marked } : undefined;
}

/** Numbers of a listed axis; one more than the axis has are the edges of its bins. */
function listOf(
  { library }: Hdf5File,
  list: H5Dataset | undefined,
  size: number,
): readonly number[] | undefined {
  const value = list && list.shape.length === 1 ? library.value(list) : undefined;
  if (!Array.isArray(value) || !value.every((v) => typeof v === "number")) return undefined;
  const numbers = value as readonly number[];
  if (numbers.length !== size + 1) return numbers.length === size ? numbers : undefined;
  return numbers.slice(1).map((edge, k) => (edge + numbers[k]!) / 2);
}

function axesOf(file: Hdf5File, group: H5Group, signal: H5Dataset, notices: Notice[]): Axis[] {
  const plain = plainAxes(signal.shape);
  const axes = plain.map((base, i) => {
    const found = coordinates(group, signal, i);
    if (!found) return base;
    const list = listOf(file, found.list, base.size);
    const units = textOf(found.list?.attributes.units);
    const name = found.name.replace(/^axis_(?=.)/, "");
    const stated: Stated = {
      name,
      ...(units !== undefined && { units }),
      ...(list && base.size > 0 && fromList(list, base.size)),
    };
    if (!found.list) return { ...base, name };
    if (!list) {
      const message = `hdf5: axis ${found.name} of ${group.path} does not fit ${base.size} values, it is left in px`;
      notices.push({ code: "axis-size", message, where: group.path });
      return { ...base, name };
    }
    return axisOf(base, stated, group.path, notices);
  });
  return withRoles(axes, textOf(signal.attributes.interpretation));
}

/** The last axes are the signal's: as many as the file says, one for energies, else as many as is usual. */
function withRoles(axes: readonly Axis[], interpretation: string | undefined): Axis[] {
  const stated = { scalar: 0, spectrum: 1, image: 2 }[interpretation ?? ""];
  const last = axes.at(-1)!;
  const spectrum = /energy|wavelength|raman/i.test(last.name) || /^(k?eV|1\/cm)$/.test(last.unit);
  const usual = spectrum ? 1 : axes.filter(({ role }) => role === "signal").length;
  // Values of single positions are an image of them: a signal has at least one axis of its own.
  const count = stated === 0 ? axes.length : Math.min(axes.length, stated ?? usual);
  return axes.map((axis, i) => ({ ...axis, role: i < axes.length - count ? "nav" : "signal" }));
}

/** Where NXem and NXsource have the voltage and the entry its time. */
function metaOf(file: Hdf5File, entry: H5Group | undefined): Meta {
  const meta: Meta = {};
  if (!entry) return meta;
  const text = (name: string) => {
    const dataset = childDataset(entry, name);
    return dataset && textOf(file.library.value(dataset));
  };
  putText(meta, "acquisition.date", text("start_time"));
  for (const { dataset } of datasetsOf(entry)) {
    if (!/\/(electron_source|source)[^/]*\/(voltage|energy)$/i.test(dataset.path)) continue;
    const unit = textOf(dataset.attributes.units);
    const factor = { V: 1e-3, kV: 1, eV: 1e-3, keV: 1 }[unit ?? ""];
    const value = numberOf(file.library.value(dataset));
    if (factor !== undefined && value) putQuantity(meta, "beam.energy", value * factor, "keV");
  }
  return meta;
}

function titleOf({ library }: Hdf5File, group: H5Group, entry: H5Group | undefined): string {
  const [own, whole] = [group, entry].map((from) => {
    const dataset = childDataset(from, "title");
    return dataset && textOf(library.value(dataset));
  });
  const name = baseName(group.path);
  return own || (whole ? `${whole}: ${name}` : name);
}

function found(file: Hdf5File, group: H5Group, groups: readonly H5Group[]): FoundItem[] {
  const entry = groups.find(({ attributes }) => textOf(attributes.NX_class) === "NXentry");
  const [signal, ...more] = signalsOf(group);
  return [signal, ...more].flatMap((dataset, i) => {
    if (!dataset || !isNumeric(dataset) || !isThere(file, dataset)) return [];
    const stored = foundStored(file, group, dataset);
    if (stored) return [stored];
    const notices: Notice[] = [];
    const own = baseName(dataset.path);
    const title = titleOf(file, group, entry);
    const meaning = {
      title: i === 0 ? title : `${title}: ${own}`,
      axes: axesOf(file, group, dataset, notices),
      meta: metaOf(file, entry),
      value: {
        name: textOf(dataset.attributes.long_name) ?? own,
        unit: valueUnit(textOf(dataset.attributes.units)),
      },
    };
    return [foundDataset(file, dataset, meaning, notices)];
  });
}

function valueUnit(text: string | undefined): string {
  const unit = unitOf(text);
  return unit === undefined || unit === "none" ? "1" : unit;
}

/** The group that a file opens first: `default` from the root down. */
function defaultPath(root: H5Group): string {
  let at = root;
  for (let next = textOf(at.attributes.default); next !== undefined; next = textOf(at.attributes.default)) {
    const child = childGroup(at, ...next.split("/").filter((name) => name !== ""));
    if (!child || child === at) break;
    at = child;
  }
  return at.path;
}

/** NeXus: NXdata groups, those of NXem too, and the HDF5 files that we write. */
export const nexusDialect: Dialect = {
  id: "nexus",
  title: "NeXus (NXdata, NXem)",
  recognises: (root) => [...groupsOf(root)].some(({ group }) => isData(group)),

  async find(file) {
    const first = defaultPath(file.root);
    const all = [...groupsOf(file.root)].filter(({ group }) => isData(group));
    all.sort((a, b) => Number(b.group.path === first) - Number(a.group.path === first));
    return all.flatMap(({ group, groups }) => found(file, group, groups));
  },
};
