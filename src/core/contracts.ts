/** The contracts of house-style §4 that carry data from bytes to results. Plain data, readable aloud. */

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

export type DType = "u8" | "i8" | "u16" | "i16" | "u32" | "i32" | "f32" | "f64";
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

/** Small and cloneable; a worker reopens the source from it. */
export type SourceRef =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "blob"; readonly blob: Blob; readonly name: string }
  | { readonly kind: "memory"; readonly bytes: Uint8Array; readonly name: string };

/** Bytes with random access; knows nothing of formats. */
export interface Source {
  readonly ref: SourceRef;
  readonly name: string;
  readonly size: number;
  /** All `length` bytes at `offset`, or a Format error that says where the file ends. */
  read(offset: number, length: number, stop?: AbortSignal): Promise<Uint8Array>;
  sibling(name: string): Promise<Source | undefined>;
  close(): Promise<void>;
}

export interface SignalInfo {
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
  readonly ref: { readonly source: SourceRef; readonly format: string; readonly item: number };
  /** Reads what the region needs and no more. */
  tile(region: Region, stop?: AbortSignal): Promise<Numeric>;
}

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
  readonly items: readonly (Signal | Crystal)[];
  /** As parsed, in the words of the file's own specification. */
  readonly header: unknown;
  readonly notices: readonly Notice[];
}

/** Opens headers only, never the pixels. */
export interface Reader {
  open(source: Source, stop?: AbortSignal): Promise<Dataset>;
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
