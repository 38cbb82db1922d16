import type { Quantity } from "../core/contracts.ts";
import { parseQuantity } from "../core/unit.ts";
import { type FlagValues, flagText, usage } from "./command.ts";

/**
 * A flag with its uncertainty: `1.20±0.02mg`, `50nm±5%`, `50nm±2nm`, `+-` for ±. Without one, σ is absent.
 *
 * @throws Usage
 */
export function measuredFlag(flags: FlagValues, name: string, unit: string): Quantity | undefined {
  const text = flagText(flags, name);
  if (text === undefined) return undefined;
  const path = `--${name}`;
  const [head = "", tail] = text.split(/\s*(?:±|\+-|\+\/-)\s*/);
  if (tail === undefined) return positive(parseQuantity(text, unit, path), path, text);
  const percent = /^(\d+\.?\d*|\.\d+)\s*%$/.exec(tail);
  const bare = /^[-+]?[\d.]+(?:[eE][-+]?\d+)?$/;
  // The unit may stand once, behind both numbers.
  const tailUnit = tail.replace(/^[-+]?[\d.]+(?:[eE][-+]?\d+)?\s*/, "");
  const value = positive(parseQuantity(bare.test(head) ? head + tailUnit : head, unit, path), path, text);
  const headUnit = head.replace(/^[-+]?[\d.]+(?:[eE][-+]?\d+)?\s*/, "");
  const sigma = percent
    ? (value.value * Number(percent[1])) / 100
    : parseQuantity(bare.test(tail) ? tail + headUnit : tail, unit, path).value;
  return { ...value, sigma };
}

function positive(quantity: Quantity, path: string, text: string): Quantity {
  if (!(quantity.value > 0))
    throw usage(path, `wanted a number above 0, found "${text}"`, `1${quantity.unit}`);
  return quantity;
}
