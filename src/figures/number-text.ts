import type { Quantity } from "../core/contracts.ts";

const SUPERSCRIPT: Readonly<Record<string, string>> = {
  "-": "⁻",
  "0": "⁰",
  "1": "¹",
  "2": "²",
  "3": "³",
  "4": "⁴",
  "5": "⁵",
  "6": "⁶",
  "7": "⁷",
  "8": "⁸",
  "9": "⁹",
};

/** `digits` significant digits, trailing zeros dropped; powers of ten outside 0.001 … 99 999; "–" for no number. */
export function numberText(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e5) return Number(value.toPrecision(digits)).toString().replace("-", "−");
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e") as [string, string];
  const raised = [...exponent.replace("+", "")].map((c) => SUPERSCRIPT[c]).join("");
  return `${Number(mantissa).toString().replace("-", "−")}×10${raised}`;
}

/** "score (dimensionless)", "x (nm)": the quantity and its unit, as an axis is labelled. */
export function labelText(name: string, unit: string): string {
  return `${name} (${unit === "1" ? "dimensionless" : unit})`;
}

/** Value and uncertainty as text, decimals as the uncertainty allows; no uncertainty is "". */
export function quantityParts({ value, sigma, from }: Quantity): { value: string; sigma: string } {
  if (sigma === undefined || !(sigma > 0) || !Number.isFinite(value)) {
    return { value: from === "counted" ? String(value) : numberText(value, 5), sigma: "" };
  }
  const largest = Math.max(Math.abs(value), sigma);
  if (largest < 1e-3) {
    // One power of ten for both, so that they can be compared.
    const power = Math.floor(Math.log10(largest));
    const raised = [...String(power)].map((c) => SUPERSCRIPT[c]).join("");
    const digits = Math.max(0, Math.min(12, 1 - Math.floor(Math.log10(sigma) - power)));
    const part = (v: number) => `${(v / 10 ** power).toFixed(digits).replace("-", "−")}×10${raised}`;
    return { value: part(value), sigma: part(sigma) };
  }
  const decimals = Math.max(0, Math.min(12, 1 - Math.floor(Math.log10(sigma))));
  return { value: value.toFixed(decimals).replace("-", "−"), sigma: sigma.toFixed(decimals) };
}

/** "0.021875 ± 0.000021 1/Å": the quantity with its uncertainty, where there is one, and its unit. */
export function quantityText(quantity: Quantity): string {
  const { value, sigma } = quantityParts(quantity);
  return `${value}${sigma && ` ± ${sigma}`}${quantity.unit === "1" ? "" : ` ${quantity.unit}`}`;
}
