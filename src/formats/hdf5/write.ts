import type { DType, Numeric } from "../../core/contracts.ts";
import { guard, newFolder, startLibrary } from "./library.ts";

/** Something to be written: a group with what is in it, or values. */
export type NewObject = NewGroup | NewValues;
export type NewAttributes = Readonly<Record<string, string | number | readonly string[]>>;

export interface NewGroup {
  readonly kind: "group";
  readonly attributes: NewAttributes;
  readonly children: Readonly<Record<string, NewObject>>;
}

/** Numbers in C order or one text. */
export interface NewValues {
  readonly kind: "values";
  readonly attributes: NewAttributes;
  readonly data: Numeric | string | number;
  /** Of numbers; none for a text or a single number. */
  readonly shape?: readonly number[];
  /** Of numbers; complex ones become pairs "r" and "i", as h5py writes them. */
  readonly dtype?: Exclude<DType, "rgb8">;
}

const TYPES: Readonly<Record<Exclude<DType, "c64" | "c128" | "rgb8">, string>> = {
  u8: "<B",
  i8: "<b",
  u16: "<H",
  i16: "<h",
  u32: "<I",
  i32: "<i",
  f32: "<f",
  f64: "<d",
};

/** The library's arguments for complex numbers: a column for each part. */
function complexColumns(data: Numeric, dtype: "c64" | "c128") {
  const part = (from: number) => data.filter((_: number, i: number) => i % 2 === from);
  const type = dtype === "c64" ? "<f" : "<d";
  return {
    data: new Map([
      ["r", part(0)],
      ["i", part(1)],
    ]),
    dtype: [
      ["r", type],
      ["i", type],
    ],
  };
}

function argumentsOf({ data, shape, dtype }: NewValues): Record<string, unknown> {
  if (typeof data === "string") return { data, shape: [], dtype: "S" };
  if (typeof data === "number") return { data: [data], shape: [], dtype: "<d" };
  const sizes = [...(shape ?? [data.length])];
  if (dtype === "c64" || dtype === "c128") return { ...complexColumns(data, dtype), shape: sizes };
  return { data, shape: sizes, dtype: TYPES[dtype ?? "f64"] };
}

/** The bytes of an HDF5 file that holds what is in `root`. */
export async function hdf5Bytes(root: NewGroup): Promise<Uint8Array> {
  const { File, files } = await startLibrary();
  const folder = newFolder();
  files.mkdirTree(folder);
  const path = `${folder}/out.h5`;
  // biome-ignore lint/suspicious/noExplicitAny: the classes live in the library that is loaded on demand
  function fill(into: any, { attributes, children }: NewGroup): void {
    put(into, attributes);
    for (const [name, child] of Object.entries(children)) {
      if (child.kind === "group") fill(into.create_group(name), child);
      else put(into.create_dataset({ name, ...argumentsOf(child) }) ?? into.get(name), child.attributes);
    }
  }
  // biome-ignore lint/suspicious/noExplicitAny: as above
  function put(object: any, attributes: NewAttributes): void {
    for (const [name, value] of Object.entries(attributes)) {
      const number = typeof value === "number";
      object.create_attribute(name, value, Array.isArray(value) ? [value.length] : [], number ? "<d" : "S");
    }
  }
  try {
    guard("writing", () => {
      const file = new File(path, "w");
      try {
        fill(file, root);
      } finally {
        file.close();
      }
    });
    return files.readFile(path);
  } finally {
    if (files.analyzePath(path).exists) files.unlink(path);
    files.rmdir(folder);
  }
}
