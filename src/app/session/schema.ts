import { z } from "zod";
import { LithoscopeError } from "../../core/errors.ts";
import type { Recipes, Step } from "../state/steps.ts";

/** What the page looks like: how each panel shows what it shows. */
export type Views = Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;

/** A file that a session knows: not its content, only what tells it. */
export interface KnownFile {
  /** Number by which keys of items name it. */
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  /** Content id, where it was known. */
  readonly content?: string | undefined;
}

/** Where one looks. */
export interface Place {
  readonly shown: string;
  readonly x: number;
  readonly y: number;
  readonly maximised?: string | undefined;
}

/** Everything of the work in a page but the data. */
export interface Session {
  readonly schema: "lithoscope/session/1";
  /** When it was kept, ISO 8601. */
  readonly saved: string;
  readonly files: readonly KnownFile[];
  readonly start: Recipes;
  readonly steps: readonly Step[];
  readonly done: number;
  readonly views: Views;
  readonly place: Place;
}

/** A view as an address carries it: of which file, and how. */
export interface AddressView {
  readonly file: string;
  readonly content?: string | undefined;
  readonly item: number;
  readonly x: number;
  readonly y: number;
  readonly maximised?: string | undefined;
  readonly views: Views;
}

/** The most text that a session has; one with every step allowed is far below. */
const MOST = 16 * 2 ** 20;

// Checks compiled at run time would need what the page's own policy forbids.
z.config({ jitless: true });

const real = z.number().min(-1e9).max(1e9);
const count = z.number().int().min(0).max(1e9);
const key = z.string().regex(/^[fr]\d{1,6}(?:\/\d{1,4})?$/);
const word = z.string().max(200);
const panel = z.string().regex(/^[a-z][a-z-]{0,39}$/);
const content = z.string().regex(/^s1:[0-9a-f]{64}$/);
const detector = z.strictObject({ id: count, name: word, x: real, y: real, inner: real, outer: real });
const pin = z.strictObject({ name: word, x: real, y: real });
const role = z.enum(["nav", "signal"]);
const scale = z.strictObject({ name: role, value: real, unit: z.string().max(20) });
const line = z.strictObject({ name: word, role, x: real, y: real, x2: real, y2: real });
const run = z.strictObject({ name: panel, asked: z.string().max(4000) });
const recipe = z.strictObject({
  detectors: z.array(detector).max(200),
  active: count,
  pins: z.array(pin).max(2000),
  // Sessions that were kept before there were lines and scales have none.
  scales: z.array(scale).max(2).default([]),
  lines: z.array(line).max(2000).default([]),
  // Sessions that were kept before tables had analyses have none.
  runs: z.array(run).max(20).default([]),
});
const recipes = z.record(key, recipe);
const fields = z
  .strictObject({
    ...{ id: count, name: word, x: real, y: real, inner: real, outer: real },
    ...{ x2: real, y2: real, role, value: real, unit: z.string().max(20) },
    asked: z.string().max(4000),
  })
  .partial();
const base = { name: z.union([word, count]) };
const part = z.union([
  z.strictObject({ ...base, list: z.literal("detectors"), what: z.literal("added"), fields: detector }),
  z.strictObject({ ...base, list: z.literal("pins"), what: z.literal("added"), fields: pin }),
  z.strictObject({ ...base, list: z.literal("runs"), what: z.literal("added"), fields: run }),
  z.strictObject({ ...base, list: z.literal("scales"), what: z.literal("added"), fields: scale }),
  z.strictObject({ ...base, list: z.literal("lines"), what: z.literal("added"), fields: line }),
  z.strictObject({
    ...base,
    list: z.enum(["detectors", "pins", "scales", "lines", "runs"]),
    what: z.enum(["changed", "gone"]),
    fields,
  }),
]);
const change = z.strictObject({ item: key, parts: z.array(part).max(500), active: count.optional() });
const step = z.union([
  z.strictObject({ label: word, change }),
  z.strictObject({ label: word, step: count, off: z.boolean() }),
  z.strictObject({ label: word, step: count, edit: change }),
]);
const views = z.record(
  panel,
  z.record(z.string().regex(/^[A-Za-z][\w-]{0,39}$/), z.union([word, real, z.boolean()])),
);
const known = z.strictObject({
  id: count,
  name: word,
  bytes: z.number().min(0),
  content: content.optional(),
});
const session = z
  .strictObject({
    schema: z.literal("lithoscope/session/1"),
    saved: z.iso.datetime(),
    files: z.array(known).max(500),
    start: recipes,
    steps: z.array(step).max(5000),
    done: count,
    views,
    place: z.strictObject({
      shown: z.union([key, z.literal("")]),
      x: real,
      y: real,
      maximised: panel.optional(),
    }),
  })
  .refine(({ done, steps }) => done <= steps.length, "more steps are done than there are")
  .refine(
    ({ steps }) => steps.every((one, i) => "change" in one || (one.step < i && "change" in steps[one.step]!)),
    "a step changes one that is not before it",
  )
  .refine(
    ({ steps }) => steps.filter((one) => !("change" in one)).length <= 500,
    "more than 500 steps change earlier ones",
  );
const address = z.strictObject({
  file: word,
  content: content.optional(),
  item: count,
  x: real,
  y: real,
  maximised: panel.optional(),
  views,
});

/** Names that would reach into what every object has. */
const FORBIDDEN = ["__proto__", "constructor", "prototype"];

function wrong(name: string, what: string): LithoscopeError {
  return new LithoscopeError("Format", `${name}: ${what}`, { format: "session" });
}

/** A text from anywhere, checked to the last field. @throws Format saying which field is wrong */
function checked<T>(text: string, name: string, schema: z.ZodType<T>): T {
  if (text.length > MOST) throw wrong(name, `longer than ${MOST} letters`);
  let value: unknown;
  try {
    value = JSON.parse(text, (field, inner) => {
      if (FORBIDDEN.includes(field)) throw wrong(name, `the name "${field}" is not allowed`);
      return inner;
    });
  } catch (error) {
    if (error instanceof LithoscopeError) throw error;
    throw wrong(name, "no JSON");
  }
  const found = schema.safeParse(value);
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  throw wrong(name, `${issue?.path.join(".") || "session"}: ${issue?.message ?? "wrong"}`);
}

/** A session from a file, a database or a server: none of them is trusted. @throws Format */
export function parseSession(text: string, name: string): Session {
  return checked(text, name, session as unknown as z.ZodType<Session>);
}

/** A view from an address. @throws Format */
export function parseAddressView(text: string): AddressView {
  return checked(text, "the address", address as unknown as z.ZodType<AddressView>);
}
