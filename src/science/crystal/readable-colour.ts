/** Corner colours of the readable key: blue, yellow, dark red, apart under every colour deficiency. */
const CORNERS = ["#2060FF", "#FFDF60", "#600018"] as const;

type Triple = readonly [number, number, number];

/** sRGB 0–255 to OKLab (Ottosson 2020, https://bottosson.github.io/posts/oklab/). */
export function toOklab([r, g, b]: Triple): Triple {
  const linear = [r, g, b].map((v) => {
    const s = v / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  }) as unknown as Triple;
  const l = Math.cbrt(0.4122214708 * linear[0] + 0.5363325363 * linear[1] + 0.0514459929 * linear[2]);
  const m = Math.cbrt(0.2119034982 * linear[0] + 0.6806995451 * linear[1] + 0.1073969566 * linear[2]);
  const s = Math.cbrt(0.0883024619 * linear[0] + 0.2817188376 * linear[1] + 0.6299787005 * linear[2]);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** OKLab to sRGB 0–255, cut to its range. */
export function fromOklab([L, a, b]: Triple): Triple {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((v) => {
    const c = Math.min(1, Math.max(0, v));
    return Math.round(255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055));
  }) as unknown as Triple;
}

const CORNER_LABS = CORNERS.map((hex) =>
  toOklab([1, 3, 5].map((k) => Number.parseInt(hex.slice(k, k + 2), 16)) as unknown as Triple),
);

/**
 * Colour of a direction in a sector of an inverse pole figure by its shares of the three corners (negative shares
 * count as 0): the corner colours blended in OKLab, so that equal steps look alike.
 */
export function readableRgb(shares: readonly number[]): Triple {
  const positive = shares.map((share) => Math.max(0, share));
  const sum = positive.reduce((total, share) => total + share, 0) || 1;
  const mixed = [0, 1, 2].map((c) =>
    positive.reduce((total, share, k) => total + (share / sum) * CORNER_LABS[k]![c]!, 0),
  ) as unknown as Triple;
  return fromOklab(mixed);
}
