import { LithoscopeError } from "../../core/errors.ts";

/** A CIF as written: values are text, and null stands for the bare "?" (unknown) and "." (inapplicable). */
export interface CifDocument {
  readonly blocks: readonly CifBlock[];
}

/** One data block. A tag outside a loop has a column of one value; tags are lower case, "." written as "_". */
export interface CifBlock {
  readonly name: string;
  readonly columns: ReadonlyMap<string, CifColumn>;
}

export interface CifColumn {
  readonly values: readonly (string | null)[];
  /** 1-based line of each value. */
  readonly lines: readonly number[];
}

interface Token {
  readonly text: string;
  /** Quoted or semicolon text: never a tag, a keyword or a null. */
  readonly quoted: boolean;
  readonly line: number;
}

/** The Format error of a file that breaks the grammar, with its line. */
export function cifError(sentence: string, line: number, name: string): LithoscopeError {
  return new LithoscopeError("Format", `${name}, line ${line}: ${sentence}`, { name, line });
}

/**
 * The document in a CIF 1.1 text (grammar: IUCr, CIF 1.1 syntax specification, 2003).
 *
 * @param name File name for error messages.
 * @throws LithoscopeError "Format" with the line where the text stops being a CIF.
 */
export function parseCif(text: string, name: string): CifDocument {
  const tokens = tokenize(text, name);
  const blocks: { name: string; columns: Map<string, CifColumn> }[] = [];
  let columns: Map<string, CifColumn> | undefined;
  let at = 0;

  const put = (tag: Token, column: CifColumn): void => {
    if (columns === undefined)
      throw cifError(`the tag ${tag.text} comes before any data_ block.`, tag.line, name);
    const key = tagKey(tag.text);
    const earlier = columns.get(key);
    // Databases repeat a tag with an empty value; only two values that disagree are an error.
    if (earlier !== undefined && !isEmpty(earlier)) {
      if (isEmpty(column) || earlier.values.join("\n") === column.values.join("\n")) return;
      throw cifError(`the tag ${tag.text} is given a second time with another value.`, tag.line, name);
    }
    columns.set(key, column);
  };

  while (at < tokens.length) {
    const token = tokens[at++]!;
    const word = token.quoted ? "" : token.text.toLowerCase();
    if (word.startsWith("data_")) {
      columns = new Map();
      blocks.push({ name: token.text.slice(5), columns });
    } else if (word === "loop_") {
      const tags: Token[] = [];
      while (at < tokens.length && isTag(tokens[at]!)) tags.push(tokens[at++]!);
      if (tags.length === 0) throw cifError("loop_ is not followed by a tag.", token.line, name);
      const values: Token[] = [];
      while (at < tokens.length && isValue(tokens[at]!)) values.push(tokens[at++]!);
      if (values.length % tags.length !== 0) {
        const what = `the loop has ${tags.length} columns but ${values.length} values, not a multiple.`;
        throw cifError(what, token.line, name);
      }
      for (const [k, tag] of tags.entries())
        put(tag, toColumn(values.filter((_, i) => i % tags.length === k)));
    } else if (isTag(token)) {
      const value = tokens[at];
      if (value === undefined || !isValue(value))
        throw cifError(`the tag ${token.text} has no value.`, token.line, name);
      at++;
      put(token, toColumn([value]));
    } else if (isValue(token)) {
      throw cifError(`"${token.text.slice(0, 40)}" belongs to no tag; this is not a CIF.`, token.line, name);
    }
    // What is left are save frames, global_ and stop_, which mean nothing here.
  }
  if (blocks.length === 0) throw cifError("the file holds no data_ block; this is not a CIF.", 1, name);
  return { blocks };
}

/** A CIF number, its standard uncertainty in parentheses as `sigma`; undefined for text that is none. */
export function cifNumber(text: string): { value: number; sigma?: number } | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?([eE][+-]?\d+)?(?:\((\d+)\))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "", esd] = match;
  if (whole === "" && fraction === "") return undefined;
  const value = Number(`${sign}${whole || "0"}.${fraction || "0"}${exponent}`);
  if (esd === undefined) return { value };
  // The digits of the uncertainty stand under the last digits of the value.
  return { value, sigma: Number(`${esd}e${-fraction.length}`) * Number(`1${exponent}`) };
}

function tagKey(tag: string): string {
  return tag.toLowerCase().replaceAll(".", "_");
}

function isEmpty(column: CifColumn): boolean {
  return column.values.every((value) => value === null || value === "");
}

function isTag(token: Token): boolean {
  return !token.quoted && token.text.startsWith("_");
}

function isValue(token: Token): boolean {
  return token.quoted || !/^(_.*|data_.*|save_.*|loop_|global_|stop_)$/i.test(token.text);
}

function toColumn(tokens: readonly Token[]): CifColumn {
  return {
    values: tokens.map((t) => (!t.quoted && (t.text === "?" || t.text === ".") ? null : t.text)),
    lines: tokens.map((t) => t.line),
  };
}

/** Words, quoted strings and semicolon text with their 1-based lines; comments and white space are dropped. */
function tokenize(text: string, name: string): Token[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  const tokens: Token[] = [];
  for (let n = 0; n < lines.length; n++) {
    const line = lines[n]!;
    if (line.startsWith(";")) {
      const start = n;
      const body = [line.slice(1)];
      for (n++; n < lines.length && !lines[n]!.startsWith(";"); n++) body.push(lines[n]!);
      if (n === lines.length) throw cifError("the text opened with ; is never closed.", start + 1, name);
      tokens.push({ text: body.join("\n").trim(), quoted: true, line: start + 1 });
      tokenizeLine(lines[n]!.slice(1), n + 1, name, tokens);
    } else {
      tokenizeLine(line, n + 1, name, tokens);
    }
  }
  return tokens;
}

function tokenizeLine(line: string, number: number, name: string, tokens: Token[]): void {
  // A quote inside a quoted string ends it only before white space, so 'a dog's life' is one value.
  const pattern = /\s*(?:(#.*)|'(.*?)'(?=\s|$)|"(.*?)"(?=\s|$)|(\S+))/gy;
  for (let match = pattern.exec(line); match !== null; match = pattern.exec(line)) {
    const [, comment, single, double, word] = match;
    if (comment !== undefined) return;
    if (word === undefined) tokens.push({ text: single ?? double ?? "", quoted: true, line: number });
    else if (/^['"]/.test(word))
      throw cifError(`the quote in ${word.slice(0, 40)} is never closed.`, number, name);
    else tokens.push({ text: word, quoted: false, line: number });
  }
}
