import type { Quantity } from "./contracts.ts";
import { LithoscopeError } from "./errors.ts";
import { parseQuantity } from "./unit.ts";

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/;

/**
 * A quantity with its uncertainty: `1.20±0.02mg`, `50nm±5%`, `50nm±2nm`, `+-` for ±. Without one, σ is absent.
 *
 * @throws Usage where it has no unit, or another dimension than `unit`
 */
export function parseMeasured(text: string, unit: string, path: string): Quantity {
  const [head = "", tail, more] = text.trim().split(/\s*(?:±|\+-|\+\/-)\s*/);
  if (more !== undefined) {
    const message = `${path}: wanted one uncertainty, found "${text}"`;
    throw new LithoscopeError("Usage", message, { path, expected: `1±0.1${unit}` });
  }
  if (tail === undefined) return parseQuantity(text, unit, path);
  const percent = /^(\d+\.?\d*|\.\d+)\s*%$/.exec(tail);
  // The unit may stand once, behind either number.
  const unitOf = (part: string) => part.replace(NUMBER, "").trim();
  const full = (part: string, other: string) => (unitOf(part) === "" ? part + unitOf(other) : part);
  const value = parseQuantity(percent ? head : full(head, tail), unit, path);
  const sigma = percent
    ? Math.abs(value.value * Number(percent[1])) / 100
    : parseQuantity(full(tail, head), unit, path).value;
  if (sigma >= 0) return { ...value, sigma };
  const message = `${path}: wanted an uncertainty of 0 or more, found "${text}"`;
  throw new LithoscopeError("Usage", message, { path, expected: `1±0.1${unit}` });
}
