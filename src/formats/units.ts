const NONE = /^(|px|pixels?|none|_none_|<undefined>|undefined|t\.undefined|unknown|\[\]|-|1)$/i;
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^(A|Ang|Angstroms?|Ångströms?|Å|\[Å\])$/i, "Å"],
  [/^(n_?m|nanomet(er|re)s?)$/, "nm"],
  [/^((u|µ|μ|mu)_?m|microns?|micromet(er|re)s?)$/, "µm"],
  [/^(m_?m|millimet(er|re)s?)$/, "mm"],
  [/^(p_?m|picomet(er|re)s?)$/, "pm"],
  [/^met(er|re)s?$/, "m"],
  [/^milliseconds?$/, "ms"],
  [/^m_?rad$/, "mrad"],
  [/^degrees?$/i, "deg"],
  [/^(s|sec|seconds?)$/i, "s"],
  [/^(e_?V|k_?e_?V|m|cm|rad|deg|ms|V|kV|Hz|K|C|nA|pA|A)$/, "="],
];

function simple(text: string): string | undefined {
  const word = WORDS.find(([pattern]) => pattern.test(text))?.[1];
  return word === "=" ? text.replaceAll("_", "") : word;
}

/**
 * The unit that a file's words mean: "$A^{-1}$" is 1/Å, "[n_m]" is nm. "none" where the file says there is none,
 * undefined where the words are not known.
 */
export function unitOf(text: string | undefined): string | undefined {
  const bare = (text ?? "")
    .trim()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/[\s${}\\*]/g, "")
    .replace(/_?\/_?/, "/")
    .replace(/^mathrm/, "");
  if (NONE.test(bare)) return "none";
  const reciprocal = /^(?:1\/|\/)\(?(.+?)\)?$|^(.+?)\^?(?:-1|⁻¹)$/.exec(bare);
  if (!reciprocal) return simple(bare);
  const base = simple((reciprocal[1] ?? reciprocal[2])!);
  return base && `1/${base}`;
}
