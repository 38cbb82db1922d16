/** What our writers put beside the values so that a signal comes back as it was: title, value, meta and axes. */
import type { Axis, DType, Quantity, Signal, SignalInfo } from "../core/contracts.ts";

/** A signal's description as JSON; NaN and infinity stand as text. */
export interface StoredSignal {
  readonly title: string;
  readonly dtype: DType;
  readonly value: { readonly name: string; readonly unit: string };
  readonly meta: Readonly<Record<string, Quantity | string>>;
  readonly axes: readonly StoredAxis[];
}

/** Coordinates that are no numbers stand as words, which JSON can hold. */
type StoredAxis = Omit<Axis, "values"> & { readonly values?: readonly (number | string)[] };

/** The description that our writers put into a file. */
export function describeSignal({ title, dtype, value, meta, axes }: SignalInfo): StoredSignal {
  const word = (number: number) => (Number.isFinite(number) ? number : String(number));
  const stored = axes.map(({ values, ...axis }) =>
    values ? { ...axis, values: [...values].map(word) } : axis,
  );
  return { title, dtype, value, meta, axes: stored };
}

function isAxis(axis: unknown): axis is StoredAxis {
  if (typeof axis !== "object" || axis === null) return false;
  const { name, role, size, unit, scale, offset, values } = axis as Record<string, unknown>;
  const words = typeof name === "string" && typeof unit === "string" && (role === "nav" || role === "signal");
  const numbers = typeof size === "number" && typeof scale === "number" && typeof offset === "number";
  return words && numbers && (values === undefined || (Array.isArray(values) && values.length === size));
}

const isText = (value: unknown): value is string => typeof value === "string";

/** Meta that can be nothing else: texts, and quantities with a number and a unit. */
function metaOf(meta: unknown): StoredSignal["meta"] {
  if (typeof meta !== "object" || meta === null) return {};
  const entries = Object.entries(meta).filter(([, entry]) => {
    const { value, unit } = (entry ?? {}) as Partial<Quantity>;
    return isText(entry) || (typeof value === "number" && isText(unit));
  });
  return Object.fromEntries(entries);
}

/**
 * The signal that one of our writers described, for an array of this shape; undefined for anything else.
 *
 * @param shape without the axis of the parts of complex values and colours
 */
export function storedSignal(
  value: unknown,
  shape: readonly number[],
): Pick<Signal, "title" | "dtype" | "value" | "meta" | "axes"> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const stored = value as Partial<StoredSignal>;
  const { axes, title, dtype } = stored;
  if (!Array.isArray(axes) || !axes.every(isAxis) || !isText(title) || !isText(dtype)) return undefined;
  if (axes.length !== shape.length || axes.some(({ size }, i) => size !== shape[i])) return undefined;
  const named = stored.value;
  return {
    title,
    dtype,
    value: isText(named?.name) && isText(named.unit) ? named : { name: "value", unit: "1" },
    meta: metaOf(stored.meta),
    axes: axes.map(({ values, ...axis }) =>
      values ? { ...axis, values: Float64Array.from(values, Number) } : axis,
    ),
  };
}
