/** Equivalent circuits: their text, their parameters by name, their impedance with derivatives. */
import { LithoscopeError } from "../../core/errors.ts";
import { ELEMENTS, type ElementParameter, type ElementSymbol } from "./elements.ts";

export type CircuitNode =
  | {
      readonly kind: "element";
      readonly symbol: ElementSymbol;
      readonly name: string;
      readonly first: number;
    }
  | { readonly kind: "series" | "parallel"; readonly parts: readonly CircuitNode[] };

/** A parameter of a circuit: "CPE1.Q", or the element's own name where it has one only: "R0". */
export interface CircuitParameter extends ElementParameter {
  readonly element: string;
  readonly symbol: ElementSymbol;
  readonly full: string;
}

export interface Circuit {
  /** As written again from the tree. */
  readonly text: string;
  readonly root: CircuitNode;
  readonly parameters: readonly CircuitParameter[];
}

const MOST_ELEMENTS = 40;
const DEEPEST = 20;

function wrong(text: string, at: number, what: string): LithoscopeError {
  const message = `circuit: ${what} at character ${at + 1} of "${text}"`;
  const expected = "R0-p(R1,CPE1)-CPE2";
  const hint = `elements ${Object.keys(ELEMENTS).join(" ")}, series with "-", parallel with p( , )`;
  return new LithoscopeError("Usage", message, { path: "circuit", expected }, { hint });
}

type Draft =
  | { kind: "element"; symbol: ElementSymbol; number: string; at: number }
  | { kind: "series" | "parallel"; parts: Draft[] };

/** Grammar: series = part {"-" part}; part = "p(" series {"," series} ")" | element; blanks do not count. */
function parseText(text: string): Draft {
  let at = 0;
  const blank = () => {
    while (/\s/.test(text[at] ?? "")) at++;
  };
  const series = (depth: number): Draft => {
    if (depth > DEEPEST) throw wrong(text, at, `wanted at most ${DEEPEST} nested brackets, found more`);
    const parts = [part(depth)];
    for (blank(); text[at] === "-"; blank()) {
      at++;
      parts.push(part(depth));
    }
    return parts.length === 1 ? parts[0]! : { kind: "series", parts };
  };
  const part = (depth: number): Draft => {
    blank();
    if (/^p\s*\(/.test(text.slice(at))) {
      at = text.indexOf("(", at) + 1;
      const parts = [series(depth + 1)];
      for (blank(); text[at] === ","; blank()) {
        at++;
        parts.push(series(depth + 1));
      }
      if (text[at] !== ")") throw wrong(text, at, `wanted "," or ")", found "${text[at] ?? "the end"}"`);
      at++;
      if (parts.length < 2) throw wrong(text, at - 1, "wanted two branches or more in p( ), found one");
      return { kind: "parallel", parts };
    }
    const found = /^(TLM|CPE|Wo|Ws|[RCLWG])_?(\d{0,4})(?![A-Za-z0-9_])/.exec(text.slice(at));
    if (!found)
      throw wrong(text, at, `wanted an element or p(, found "${text.slice(at, at + 6) || "the end"}"`);
    const start = at;
    at += found[0].length;
    return { kind: "element", symbol: found[1] as ElementSymbol, number: found[2]!, at: start };
  };
  const tree = series(0);
  blank();
  if (at < text.length) throw wrong(text, at, `wanted "-" or the end, found "${text[at]}"`);
  return tree;
}

function elementsOf(draft: Draft): (Draft & { kind: "element" })[] {
  return draft.kind === "element" ? [draft] : draft.parts.flatMap(elementsOf);
}

/**
 * The circuit of a text such as "R0-p(R1,CPE1)-W2": "-" is in series, p(,) parallel. An element without number takes
 * the lowest one free.
 *
 * @throws Usage with the place of what is wrong
 */
export function parseCircuit(text: string): Circuit {
  const draft = parseText(text);
  const elements = elementsOf(draft);
  if (elements.length > MOST_ELEMENTS)
    throw wrong(text, 0, `wanted at most ${MOST_ELEMENTS} elements, found ${elements.length}`);
  const used = new Set<string>();
  for (const { symbol, number, at } of elements) {
    if (number === "") continue;
    if (used.has(symbol + number)) throw wrong(text, at, `${symbol + number} is there twice`);
    used.add(symbol + number);
  }
  const parameters: CircuitParameter[] = [];
  const build = (node: Draft): CircuitNode => {
    if (node.kind !== "element") return { kind: node.kind, parts: node.parts.map(build) };
    let name = node.symbol + node.number;
    if (node.number === "") {
      let free = 1;
      while (used.has(node.symbol + free)) free++;
      name = node.symbol + free;
      used.add(name);
    }
    const first = parameters.length;
    const own = ELEMENTS[node.symbol].parameters;
    for (const parameter of own) {
      const full = own.length === 1 ? name : `${name}.${parameter.name}`;
      parameters.push({ ...parameter, element: name, symbol: node.symbol, full });
    }
    return { kind: "element", symbol: node.symbol, name, first };
  };
  const root = build(draft);
  return { text: textOf(root), root, parameters };
}

/** The text of a tree. */
export function textOf(node: CircuitNode): string {
  if (node.kind === "element") return node.name;
  if (node.kind === "series") return node.parts.map(textOf).join("-");
  return `p(${node.parts.map(textOf).join(",")})`;
}

/** The parts in series from end to end; one part where the circuit is a single element or bracket. */
export function seriesParts(circuit: Circuit): readonly CircuitNode[] {
  return circuit.root.kind === "series" ? circuit.root.parts : [circuit.root];
}

/** Indices of the parameters inside a node, in the order of its text. */
export function parametersOf(node: CircuitNode): number[] {
  if (node.kind !== "element") return node.parts.flatMap(parametersOf);
  return ELEMENTS[node.symbol].parameters.map((_, k) => node.first + k);
}

/** Coordinates of a fit from parameters: logarithms, except exponents. */
export function toCoordinates(circuit: Circuit, values: ArrayLike<number>): Float64Array {
  return Float64Array.from(circuit.parameters, ({ kind }, i) =>
    kind === "positive" ? Math.log(values[i]!) : values[i]!,
  );
}

/** Parameters in their own units from the coordinates of a fit. */
export function fromCoordinates(circuit: Circuit, x: ArrayLike<number>): Float64Array {
  return Float64Array.from(circuit.parameters, ({ kind }, i) =>
    kind === "positive" ? Math.exp(x[i]!) : x[i]!,
  );
}
