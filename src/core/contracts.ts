/** The contracts of house-style §4 that carry data from bytes to results. Plain data, readable aloud. */
import type { OrientationMap } from "./orientation-map.ts";

export type Origin = "file" | "flag" | "found" | "assumed" | "counted" | "propagated";

/** A number that leaves the engine: value, unit ("1" when dimensionless) and standard uncertainty in that unit. */
export interface Quantity {
  readonly value: number;
  readonly unit: string;
  readonly sigma?: number;
  readonly from?: Origin;
}

/** Not fatal, or assumed: what, where, and the flag that overrides it. Shown by every shell. */
export interface Notice {
  readonly code: string;
  readonly message: string;
  readonly where?: string;
  readonly flag?: string;
}

/** Coordinate of index i = offset + scale * i, at the pixel centre; unit "px" when uncalibrated. */
export interface Axis {
  readonly name: string;
  readonly role: "nav" | "signal";
  readonly size: number;
  readonly unit: string;
  readonly scale: number;
  readonly offset: number;
  readonly from: "file" | "flag" | "found" | "assumed" | "none";
  readonly values?: Float64Array;
}

/** Element types. Complex values ("c64", "c128") are pairs re, im of f32 or f64; "rgb8" is three u8. */
export type DType = "u8" | "i8" | "u16" | "i16" | "u32" | "i32" | "f32" | "f64" | "c64" | "c128" | "rgb8";
export type Numeric =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** Half-open index range per axis, in the order of the signal's axes. */
export interface Region {
  readonly start: readonly number[];
  readonly stop: readonly number[];
}

/** A file beside another one: its path from that one's folder, with forward slashes. */
export interface Companion {
  readonly name: string;
  readonly blob: Blob;
}

/** Small and cloneable; a worker reopens the source from it. */
export type SourceRef =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "url"; readonly url: string }
  | {
      readonly kind: "blob";
      readonly blob: Blob;
      readonly name: string;
      /** Files that were handed over with it. */
      readonly beside?: readonly Companion[];
    }
  | { readonly kind: "memory"; readonly bytes: Uint8Array; readonly name: string }
  /** A stretch of another source, such as a stored member of an archive. */
  | {
      readonly kind: "part";
      readonly of: SourceRef;
      readonly offset: number;
      readonly length: number;
      readonly name: string;
    };

/** Bytes with random access; knows nothing of formats. */
export interface Source {
  readonly ref: SourceRef;
  readonly name: string;
  readonly size: number;
  /** All `length` bytes at `offset`, or a Format error that says where the file ends. */
  read(offset: number, length: number, stop?: AbortSignal): Promise<Uint8Array>;
  /** Fills arrays that are there already, one behind the other, from `offset` on; absent where that saves no copy. */
  fill?(offset: number, parts: readonly Uint8Array[], stop?: AbortSignal): Promise<void>;
  sibling(name: string): Promise<Source | undefined>;
  /** Names in a folder beside it ("" is its own), folders with a slash at the end; absent where that cannot be known. */
  list?(folder: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** What a reader cannot find in the file and a person states; kept in `ref`, so that a worker opens the same. */
export interface OpenOptions {
  /** Path of one item inside a container, such as HDF5 or Zarr. */
  readonly dataset?: string;
  /** For raw binary: sizes, slowest axis first; element type; byte where the data start; byte order. */
  readonly shape?: readonly number[];
  readonly dtype?: DType;
  readonly offset?: number;
  readonly bigEndian?: boolean;
  /** Zone of clock readings that have none: "+02:00", "Z" or a name such as "Europe/Berlin". */
  readonly timeZone?: string;
  /** Which comes first in a date such as 01/10/2024. */
  readonly dateOrder?: "dmy" | "mdy";
  /** Origin or axes of a CIF that leaves them open: "1", "2", "H", "R" or "Hall:…". */
  readonly setting?: string;
  /** Names of a text table's columns with their units, "f/Hz", in place of those in the file. */
  readonly columns?: readonly string[];
}

export interface SignalInfo {
  readonly kind: "signal";
  readonly title: string;
  /** Navigation axes, then signal axes; row-major, last one fastest. */
  readonly axes: readonly Axis[];
  readonly dtype: DType;
  readonly value: { readonly name: string; readonly unit: string };
  readonly meta: Readonly<Record<string, Quantity | string>>;
  /** Natural read unit per axis, a hint to the planner. */
  readonly block: readonly number[];
}

export interface Signal extends SignalInfo {
  /** `item` counts the items of the dataset opened with `options`. */
  readonly ref: {
    readonly source: SourceRef;
    readonly format: string;
    readonly item: number;
    readonly options?: OpenOptions;
  };
  /** Standard uncertainty, same shape and unit. */
  readonly sigma?: Signal;
  /**
   * Reads what the region needs and no more.
   *
   * @param into memory that may be used for the answer where it has the type and length; whoever reads on and on gives
   *   it, as new memory costs as much as reading
   */
  tile(region: Region, stop?: AbortSignal, into?: Numeric): Promise<Numeric>;
}

/** A named column; text columns have the unit "". */
export interface Column {
  readonly name: string;
  readonly unit: string;
  readonly type: "number" | "text";
}

/** Named columns with units, read lazily: 10⁷ rows cost nothing until they are asked for. */
export interface Table {
  readonly kind: "table";
  readonly title: string;
  readonly rows: number;
  readonly columns: readonly Column[];
  readonly meta: Readonly<Record<string, Quantity | string>>;
  /** Rows from … to − 1 of one column; NaN (or "") where there is no value. */
  read(column: string, from: number, to: number, stop?: AbortSignal): Promise<Float64Array | string[]>;
}

/** Points of each navigation position (Bragg lists, sparse events): compressed rows, columns with units. */
export interface PointList {
  readonly kind: "points";
  readonly title: string;
  readonly navigation: readonly Axis[];
  readonly columns: readonly Column[];
  readonly meta: Readonly<Record<string, Quantity | string>>;
  readonly ref: Signal["ref"];
  /**
   * Points of the flat navigation positions from … to − 1: `offsets` has to − from + 1 entries, position i owns the
   * rows offsets[i] … offsets[i + 1] − 1 of every column.
   */
  points(
    from: number,
    to: number,
    stop?: AbortSignal,
  ): Promise<{ offsets: Uint32Array; columns: Readonly<Record<string, Float64Array>> }>;
}

/** Channels on a clock of their own: a potentiostat, a thermometer, frame times. */
export interface Stream {
  readonly kind: "stream";
  readonly title: string;
  /** Seconds since `start`, one per row; `start` is an ISO date with zone, undefined where the file has none. */
  readonly clock: { readonly column: string; readonly start?: string };
  readonly table: Table;
}

export type Item = Signal | Table | PointList | Stream | Crystal | OrientationMap;

/** An atom of the full unit cell; fractional coordinates in [0, 1), B in Å². */
export interface Atom {
  readonly element: string;
  readonly occupancy: number;
  readonly bIso: number;
  readonly position: readonly [number, number, number];
}

/** A structure as its CIF means it, expanded to the whole cell. Lengths in Å, angles in degrees. */
export interface Crystal {
  readonly kind: "crystal";
  readonly name: string;
  readonly cell: readonly [number, number, number, number, number, number];
  readonly spaceGroup: string;
  readonly laueGroup: string;
  /** Proper rotations of the Laue group as unit quaternions (w, x, y, z) in the crystal frame a ∥ x, c* ∥ z. */
  readonly rotations: readonly (readonly [number, number, number, number])[];
  readonly atoms: readonly Atom[];
}

export interface Dataset {
  readonly items: readonly Item[];
  /** As parsed, in the words of the file's own specification. */
  readonly header: unknown;
  readonly notices: readonly Notice[];
}

/** Opens headers only, never the pixels. */
export interface Reader {
  open(source: Source, stop?: AbortSignal, options?: OpenOptions): Promise<Dataset>;
}

/** The light, always loaded half of a format. */
export interface Format {
  readonly id: string;
  readonly title: string;
  /** A hint, never a proof. */
  readonly extensions: readonly string[];
  /** Judges the first 4 KiB; no I/O, no throw. */
  sniff(head: Uint8Array, name: string): "certain" | "possible" | "no";
  load(): Promise<Reader>;
}

/** Where a writer puts files: under temporary names until `commit`, nothing left after `discard`. */
export interface Sink {
  /** Writes one file, whole, at a relative path with forward slashes. */
  write(path: string, bytes: Uint8Array | string): Promise<void>;
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/** The twin of a reader: one item into one format. */
export interface Writer {
  readonly id: string;
  readonly title: string;
  readonly extensions: readonly string[];
  accepts(item: Item): boolean;
  /** What would not come back from the file, a sentence each; absent where nothing is ever lost. */
  losses?(item: Item): readonly string[];
  /** The sentence that says why a header is not carried; absent where none is, or every one. */
  headerLoss?(header: unknown): string | undefined;
  /** `header` is that of the dataset which the item is from; formats with room for it keep it beside the item. */
  write(item: Item, sink: Sink, path: string, stop?: AbortSignal, header?: unknown): Promise<void>;
}
