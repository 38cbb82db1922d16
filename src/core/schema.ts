import { z } from "zod";
import type { Quantity } from "./contracts.ts";
import { LithoscopeError } from "./errors.ts";
import { parseMeasured } from "./measured.ts";
import { parseQuantity } from "./unit.ts";

/** What every field of a schema says of itself, for flags, forms and docs. */
export interface FieldInfo {
  readonly type: "quantity" | "measured" | "number" | "integer" | "choice" | "flag" | "text" | "list";
  /** One sentence. */
  readonly text: string;
  readonly unit?: string;
  readonly default?: unknown;
  readonly min?: number;
  readonly max?: number;
  /** Less and equal are refused. */
  readonly above?: number;
  readonly choices?: readonly string[];
  readonly optional: boolean;
}

/** A field whose parsed value has type T. */
export interface Field<T> {
  readonly info: FieldInfo;
  readonly check: z.ZodType<T>;
}

/** Parameters of an analysis: the one place of type, default, unit, bounds and text. */
export interface Schema<P> {
  readonly fields: Readonly<Record<string, FieldInfo>>;
  /**
   * Parameters with defaults filled in; quantities may be text ("5mrad") or already numbers in the field's unit.
   *
   * @throws Usage naming the first wrong parameter
   */
  parse(given: Readonly<Record<string, unknown>>): P;
  /** JSON Schema (2020-12) with `unit` beside the type. */
  json(): unknown;
}

interface Bounds {
  readonly min?: number;
  readonly max?: number;
  readonly above?: number;
}

function bounded(bounds: Bounds): z.ZodType<number> {
  let check = z.number();
  if (bounds.min !== undefined) check = check.min(bounds.min);
  if (bounds.max !== undefined) check = check.max(bounds.max);
  if (bounds.above !== undefined) check = check.gt(bounds.above);
  return check;
}

function field<T>(info: Omit<FieldInfo, "optional">, check: z.ZodType<T>): Field<T> {
  return { info: { ...info, optional: info.default !== undefined }, check };
}

/** A number with a unit: text must carry one of the right dimension, a bare number in text is refused. */
export function quantity(
  unit: string,
  standard: number | undefined,
  bounds: Bounds,
  text: string,
): Field<number> {
  const info = { type: "quantity" as const, unit, text, ...bounds, ...given(standard) };
  const read = z.preprocess((value) => {
    if (typeof value === "string") return parseQuantity(value, unit, "value").value;
    return isQuantity(value) ? parseQuantity(`${value.value} ${value.unit}`, unit, "value").value : value;
  }, bounded(bounds)) as z.ZodType<number>;
  return field(info, read.meta({ unit }));
}

/** A quantity with its uncertainty, as text such as "1.20±0.02mg"; above 0 unless it may have either sign. */
export function measured(unit: string, sign: "above 0" | "either sign", text: string): Field<Quantity> {
  const read = z.preprocess(
    (value) => (typeof value === "string" ? parseMeasured(value, unit, "value") : value),
    z
      .custom<Quantity>((value) => isQuantity(value) && value.unit === unit)
      .refine(({ value }) => sign === "either sign" || value > 0, "wanted a number above 0"),
  ) as z.ZodType<Quantity>;
  return field(
    { type: "measured", unit, text, ...(sign === "above 0" && { above: 0 }) },
    read.meta({ unit }),
  );
}

/** A dimensionless number. */
export function number(standard: number | undefined, bounds: Bounds, text: string): Field<number> {
  const read = z.preprocess(fromText, bounded(bounds)) as z.ZodType<number>;
  return field({ type: "number", text, ...bounds, ...given(standard) }, read);
}

/** A whole number. */
export function integer(standard: number | undefined, bounds: Bounds, text: string): Field<number> {
  const read = z.preprocess(fromText, bounded(bounds).refine(Number.isInteger, "wanted a whole number"));
  return field({ type: "integer", text, ...bounds, ...given(standard) }, read as z.ZodType<number>);
}

/** One of several words. */
export function choice<const C extends readonly [string, ...string[]]>(
  choices: C,
  standard: C[number] | undefined,
  text: string,
): Field<C[number]> {
  return field(
    { type: "choice", choices, text, ...given(standard) },
    z.enum(choices) as z.ZodType<C[number]>,
  );
}

/** True or false; false unless given. */
export function flag(text: string): Field<boolean> {
  return field({ type: "flag", text, default: false }, z.boolean());
}

/** Free text. */
export function words(standard: string | undefined, text: string): Field<string> {
  return field({ type: "text", text, ...given(standard) }, z.string());
}

/** Several texts, also written as one with semicolons between them. */
export function list(text: string): Field<readonly string[]> {
  const read = z.preprocess((value) => {
    const parts = typeof value === "string" ? value.split(";") : value;
    return Array.isArray(parts) ? parts.map((part) => String(part).trim()).filter(Boolean) : parts;
  }, z.array(z.string()));
  return field({ type: "list", text }, read as z.ZodType<readonly string[]>);
}

/** The same field, but undefined where nothing was given. */
export function optional<T>(base: Field<T>): Field<T | undefined> {
  return { info: { ...base.info, optional: true }, check: base.check.optional() as z.ZodType<T | undefined> };
}

type Values<F extends Readonly<Record<string, Field<unknown>>>> = {
  [K in keyof F]: F[K] extends Field<infer T> ? T : never;
};

/** A schema from its fields. */
export function schema<F extends Readonly<Record<string, Field<unknown>>>>(fields: F): Schema<Values<F>> {
  const infos = Object.fromEntries(Object.entries(fields).map(([name, { info }]) => [name, info]));
  return {
    fields: infos,
    parse(values) {
      for (const name of Object.keys(values))
        if (!(name in fields)) throw wrong(name, "no such parameter", Object.keys(fields).join(", "));
      const parsed: Record<string, unknown> = {};
      for (const [name, { info, check }] of Object.entries(fields)) {
        const value = values[name] === undefined ? info.default : values[name];
        if (value === undefined && !info.optional) throw wrong(name, "not given", describe(info));
        if (value === undefined) continue;
        parsed[name] = checked(name, value, info, check);
      }
      return parsed as Values<F>;
    },
    json() {
      const properties = Object.entries(fields).map(([name, { info }]) => [name, jsonOf(info)] as const);
      const required = properties.map(([name]) => name).filter((name) => !infos[name]!.optional);
      return { type: "object", properties: Object.fromEntries(properties), required };
    },
  };
}

function checked(name: string, value: unknown, info: FieldInfo, check: z.ZodType<unknown>): unknown {
  const found =
    typeof value === "object" || typeof value === "string" ? JSON.stringify(value) : String(value);
  const refused = (bare = "") => wrong(name, `wanted ${wanted(info)}, found ${found}${bare}`, describe(info));
  try {
    const result = check.safeParse(value);
    if (result.success) return result.data;
    throw refused();
  } catch (error) {
    if (error instanceof LithoscopeError && error.fields.path === "value")
      throw refused(/, write .*$/.exec(error.message)?.[0]);
    throw error;
  }
}

/** What a field takes, as the end of a sentence. */
function wanted({ type, choices, unit, min, max, above }: FieldInfo): string {
  if (choices) return [choices.slice(0, -1).join(", "), ...choices.slice(-1)].filter(Boolean).join(" or ");
  if (type === "flag") return "true or false";
  if (type === "text" || type === "list") return "text";
  const range = [
    above === undefined ? "" : ` above ${above}`,
    min === undefined ? "" : max === undefined ? ` of at least ${min}` : ` from ${min} to ${max}`,
    min === undefined && max !== undefined ? ` of at most ${max}` : "",
  ];
  return `a ${type === "integer" ? "whole " : ""}number${range.join("")}${unit ? ` in ${unit}` : ""}`;
}

function describe(info: FieldInfo): string {
  const range = [info.min ?? "", info.max ?? ""].join(" … ").trim();
  return [info.choices?.join(" | ") ?? info.type, info.unit ?? "", range === "…" ? "" : range]
    .filter(Boolean)
    .join(" ");
}

function jsonOf(info: FieldInfo): Record<string, unknown> {
  const type = { quantity: "number", number: "number", integer: "integer", flag: "boolean" } as const;
  const base =
    info.type === "choice"
      ? { enum: info.choices }
      : info.type === "list"
        ? { type: "array", items: { type: "string" } }
        : { type: (type as Record<string, string>)[info.type] ?? "string" };
  return {
    ...base,
    description: info.text,
    ...(info.unit !== undefined && { unit: info.unit }),
    ...(info.default !== undefined && { default: info.default }),
    ...(info.min !== undefined && { minimum: info.min }),
    ...(info.max !== undefined && { maximum: info.max }),
  };
}

function given(standard: unknown) {
  return standard === undefined ? {} : { default: standard };
}

function isQuantity(value: unknown): value is Quantity {
  return typeof value === "object" && value !== null && "value" in value && "unit" in value;
}

function fromText(value: unknown): unknown {
  return typeof value === "string" && value.trim() !== "" ? Number(value) : value;
}

function wrong(path: string, what: string, expected: string): LithoscopeError {
  return new LithoscopeError("Usage", `${path}: ${what}`, { path, expected });
}
