import type { Chance } from "./chance.ts";
import type { Mutation } from "./mutate-bytes.ts";

const NUMBERS = [
  "0",
  "-1",
  "1e308",
  "-1e999",
  "NaN",
  "inf",
  "-0",
  "1e-320",
  "2147483648",
  "4294967296",
  "9007199254740993",
  "99999999999999999999999999",
  "0x10",
  "1,5",
  "1.2.3",
  "",
  "½",
  "--5",
  "5(",
  "0.0.0.0",
  "1e",
];
const WORDS = [
  "../../etc/passwd",
  "..\\..\\x",
  "/dev/zero",
  "C:\\x",
  "__proto__",
  "constructor",
  "null",
  "true",
  "{",
  "}",
  "[",
  "]]",
  '"',
  "'",
  "<",
  "</",
  "&",
  "&a;",
  "<!DOCTYPE a [<!ENTITY a 'b'>]>",
  "\0",
  "\uFEFF",
  "%s",
  ";",
  "#",
  "\t\t",
  "\n\n",
  "\r",
];

const latin = new TextDecoder("latin1");
const bytesOf = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0) & 255);

/** A run of printable letters around a place; undefined where there is none. */
function textAround(bytes: Uint8Array, at: number): readonly [from: number, to: number] | undefined {
  const printable = (i: number) => {
    const byte = bytes[i]!;
    return (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13;
  };
  let from = at;
  let to = at;
  while (from > 0 && at - from < 4096 && printable(from - 1)) from--;
  while (to < bytes.length && to - at < 4096 && printable(to)) to++;
  return to - from < 4 ? undefined : [from, to];
}

/** Changes text somewhere in the file by what `change` makes of it. */
function inText(change: (text: string, chance: Chance) => string): Mutation {
  return (bytes, chance) => {
    for (let attempt = 0; attempt < 8; attempt++) {
      const found = textAround(bytes, chance.below(Math.max(1, bytes.length)));
      if (!found) continue;
      const [from, to] = found;
      const changed = bytesOf(change(latin.decode(bytes.subarray(from, to)), chance));
      const out = new Uint8Array(bytes.length - (to - from) + changed.length);
      out.set(bytes.subarray(0, from));
      out.set(changed, from);
      out.set(bytes.subarray(to), from + changed.length);
      return out;
    }
    return bytes;
  };
}

function replaceOne(text: string, pattern: RegExp, chance: Chance, by: (found: string) => string): string {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return text;
  const { 0: old, index } = chance.of(found);
  return text.slice(0, index) + by(old) + text.slice(index + old.length);
}

const NUMBER = /[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?/g;

const swapNumber = inText((text, chance) => replaceOne(text, NUMBER, chance, () => chance.of(NUMBERS)));

const stretchNumber = inText((text, chance) =>
  replaceOne(text, NUMBER, chance, (old) => old + (chance.once(2) ? "0".repeat(1 + chance.below(12)) : old)),
);

const swapWord = inText((text, chance) =>
  replaceOne(text, /[^\s<>=:,;"']+/g, chance, () => chance.of(WORDS)),
);

/** Puts one word of the file in the place of another. */
const otherWord = inText((text, chance) => {
  const words = text.match(/[^\s<>=:,;"']+/g) ?? [""];
  return replaceOne(text, /[^\s<>=:,;"']+/g, chance, () => chance.of(words));
});

const addWord = inText((text, chance) => {
  const at = chance.below(text.length + 1);
  return text.slice(0, at) + chance.of(WORDS) + text.slice(at);
});

const separators = inText((text, chance) => {
  const [from, to] = [
    chance.of(["\t", ",", ";", " ", ".", "=", ":", "\r\n", "\n"]),
    chance.of(["\t", ",", ";", "", " ", "\n", "\r"]),
  ];
  return chance.once(2) ? text.replaceAll(from, to) : text.replace(from, to);
});

const lines = inText((text, chance) => {
  const all = text.split("\n");
  const [a, b] = [chance.below(all.length), chance.below(all.length)];
  const kind = chance.below(4);
  if (kind === 0) all.splice(a, 1);
  else if (kind === 1) all.splice(b, 0, all[a]!);
  else if (kind === 2) [all[a], all[b]] = [all[b]!, all[a]!];
  else all.splice(a, 1, all[a]!.repeat(1 + chance.below(200)));
  return all.join("\n");
});

/** The whole file in another encoding, or with a mark that says so. */
const encode: Mutation = (bytes, chance) => {
  const kind = chance.below(4);
  if (kind === 0) return Uint8Array.from(Buffer.concat([Uint8Array.of(0xef, 0xbb, 0xbf), bytes]));
  if (kind === 1) return new TextEncoder().encode(latin.decode(bytes));
  const out = new Uint8Array(2 * bytes.length + 2);
  out.set(kind === 2 ? [0xff, 0xfe] : [0xfe, 0xff]);
  bytes.forEach((byte, i) => {
    out[2 + 2 * i + (kind === 2 ? 0 : 1)] = byte;
  });
  return out;
};

export const textMutations: readonly Mutation[] = [
  swapNumber,
  swapNumber,
  swapNumber,
  stretchNumber,
  swapWord,
  otherWord,
  addWord,
  separators,
  lines,
  lines,
  encode,
];
