import type { DType } from "../../core/contracts.ts";
import { countOf, elementBytes } from "../regions.ts";

/** Sides of detectors and of what is binned from them, the commonest first. */
const SIDES = [256, 128, 512, 64, 1024, 2048, 4096, 144, 192, 32];
const TYPES: readonly DType[] = ["u16", "u8", "f32", "u32"];
/** Suggestions that a person can read at a glance. */
const MOST = 4;

/** Values of --shape and --dtype that use up so many bytes with square frames; scans of square size first. */
export function likelyShapes(bytes: number, dtype?: DType): string[] {
  const scans: string[] = [];
  const others: string[] = [];
  for (const type of dtype ? [dtype] : TYPES) {
    for (const side of SIDES) {
      const frames = bytes / (side * side * elementBytes(type));
      if (!Number.isInteger(frames) || frames < 1) continue;
      const root = Math.round(Math.sqrt(frames));
      const given = dtype ? "" : ` --dtype ${type}`;
      if (root > 1 && root * root === frames) scans.push(`--shape ${root},${root},${side},${side}${given}`);
      else if (frames === 1) others.unshift(`--shape ${side},${side}${given}`);
      else others.push(`--shape ${frames},${side},${side}${given}`);
    }
  }
  return [...scans, ...others].slice(0, MOST);
}

/** How many whole frames the bytes hold, beside how many the shape asks for. */
export function expectedAndReal(bytes: number, shape: readonly number[], dtype: DType): string {
  const inner = shape.slice(-Math.min(2, shape.length));
  const frame = countOf(inner) * elementBytes(dtype);
  const wanted = countOf(shape) / countOf(inner);
  const whole = Math.floor(bytes / frame);
  const rest = bytes - whole * frame;
  const left = rest > 0 ? ` and ${rest} bytes` : "";
  const expected = `expected ${wanted} frame${wanted === 1 ? "" : "s"} of ${inner.join(" × ")} ${dtype}, ${frame} bytes each`;
  return `${expected}; the file has ${whole}${left}`;
}
