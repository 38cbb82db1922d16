/** Flags of the analyses of laboratory files: each parameter of the schema is one. */
import { isLithoscopeError } from "../core/errors.ts";
import type { FieldInfo, Schema } from "../core/schema.ts";
import { flagOf } from "../reports/lab-recipe.ts";
import { type Command, type FlagValues, usage } from "./command.ts";

/** The flags of a schema, for the parser of the command line. */
export function schemaFlags({ fields }: Schema<unknown>): Command["flags"] {
  return Object.fromEntries(Object.entries(fields).map(([name, info]) => [flagOf(name), kindOf(info)]));
}

const kindOf = ({ type }: FieldInfo): Command["flags"][string] => {
  if (type === "flag") return { type: "boolean" };
  return { type: "string", ...(type === "list" && { multiple: true }) };
};

/** What `asked` makes of the parameters that the flags give; complaints name the flag. @throws Usage */
export function labParams<P, T>(schema: Schema<P>, flags: FlagValues, asked: (params: P) => T): T {
  const given = Object.fromEntries(
    Object.entries(schema.fields).flatMap(([name, { type }]) => {
      const value = flags[flagOf(name)];
      if (value === undefined) return [];
      return [[name, Array.isArray(value) && type === "text" ? value.join(" ") : value]];
    }),
  );
  try {
    return asked(schema.parse(given));
  } catch (error) {
    const name = isLithoscopeError(error, "Usage") ? String(error.fields.path) : "";
    if (!isLithoscopeError(error) || !(name in schema.fields)) throw error;
    throw usage(`--${flagOf(name)}`, error.message.slice(`${name}: `.length), String(error.fields.expected));
  }
}
