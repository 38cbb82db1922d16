import type { PackedPixels } from "./pixel-data.ts";

/** One line of what a point answers: numbers as numbers, units beside them. */
export interface PixelLine {
  readonly name: string;
  readonly values: readonly number[];
  readonly unit: string;
  /** Names of the values, where there are several. */
  readonly parts?: readonly string[];
  /** Words beside the values, or in their place. */
  readonly text?: string;
}

/**
 * A function that answers for any point of the map; index = row · width + column. It goes into the report page as its
 * own source text, so it refers to nothing outside itself.
 *
 * @param planes the unpacked bytes of `packed.planes`
 */
export function pixelReader(
  packed: Omit<PackedPixels, "planes">,
  planes: Uint8Array,
): (index: number) => PixelLine[] {
  const count = packed.width * packed.height;
  const number = (plane: number, bytes: number, index: number) => {
    let value = 0;
    for (let k = 0; k < bytes; k++) value = 256 * value + planes[(plane + k) * count + index]!;
    return value;
  };
  const scalarAt = (k: number, index: number) => {
    const code = number(15 + 2 * k, 2, index);
    return code === 65535 ? Number.NaN : packed.scalars[k]!.low + packed.scalars[k]!.step * code;
  };
  const amorphousMap = packed.scalars.findIndex(({ name }) => name === "amorphous share");
  const DEG = 180 / Math.PI;
  const turn = (deg: number) => ((deg % 360) + 360) % 360;

  /** Bunge's angles of a crystal → sample rotation [deg]. */
  const euler = (w: number, x: number, y: number, z: number): number[] => {
    const tilt = Math.hypot(x, y);
    const spin = Math.hypot(w, z);
    if (tilt < 1e-4) return [turn(2 * Math.atan2(z, w) * DEG), 0, 0];
    if (spin < 1e-4) return [turn(2 * Math.atan2(y, x) * DEG), 180, 0];
    const sum = Math.atan2(z, w);
    const difference = Math.atan2(y, x);
    return [turn((sum + difference) * DEG), 2 * Math.atan2(tilt, spin) * DEG, turn((sum - difference) * DEG)];
  };

  const reason = (
    name: string | undefined,
    trusted: boolean,
    indexed: boolean,
    amorphous: number,
  ): string => {
    if (name === "not-measured") return "no counts: the frame is missing";
    if (name === "saturated") return "saturated: the detector is clipped in most of its rings";
    if (name === "vacuum") return "vacuum: nothing but the direct beam above dark level and noise";
    if (amorphous > 0.5) return "amorphous share above 0.5: no stand on phase and orientation";
    if (!indexed) return "no Bragg signal that fits a crystal";
    if (trusted) return "the program stands for phase and orientation";
    if (name === "few-spots") return "too few spots for an orientation";
    return "another answer fits almost as well, or too few spots fit: no stand on it";
  };

  return (index) => {
    const column = index % packed.width;
    const row = Math.floor(index / packed.width);
    const { value, unit } = packed.step;
    const lines: PixelLine[] = [
      { name: "point", values: [column, row], unit: "px", parts: ["column", "row"] },
    ];
    if (unit !== "px")
      lines.push({ name: "position", values: [column * value, row * value], unit, parts: ["x", "y"] });
    const p = number(0, 1, index) - 1;
    const kind = number(1, 1, index);
    const trusted = kind > 127;
    const className = packed.classes[kind & 127];
    const amorphous = amorphousMap < 0 ? Number.NaN : scalarAt(amorphousMap, index);
    lines.push({
      name: "phase",
      values: [],
      unit: "",
      text: p < 0 ? "not indexed" : (packed.phases[p] ?? "?"),
    });
    if (className !== undefined)
      lines.push({ name: "class", values: [], unit: "", text: className.replace("-", " ") });
    lines.push({ name: "why", values: [], unit: "", text: reason(className, trusted, p >= 0, amorphous) });
    if (p >= 0) {
      const part = (k: number) => number(7 + 2 * k, 2, index) / 32767 - 1;
      const [w, x, y, z] = [part(0), part(1), part(2), part(3)];
      lines.push({
        name: "quaternion",
        values: [w, x, y, z],
        unit: "1",
        parts: ["w", "x", "y", "z"],
        text: "crystal to sample",
      });
      lines.push({ name: "Bunge angles", values: euler(w, x, y, z), unit: "deg", parts: ["φ1", "Φ", "φ2"] });
      const beam = [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)];
      lines.push({
        name: "beam in the crystal",
        values: beam,
        unit: "1",
        parts: ["x", "y", "z"],
        text: "unit vector, a ∥ x, c* ∥ z",
      });
    }
    const second = number(3, 1, index) - 1;
    if (second >= 0)
      lines.push({ name: "second answer", values: [], unit: "", text: packed.phases[second] ?? "?" });
    let last: { name: string; values: number[]; unit: string; parts?: string[] } | undefined;
    packed.scalars.forEach(({ name, unit: scalarUnit }, k) => {
      const [whole, part] = name.split(", ") as [string, string?];
      const value = scalarAt(k, index);
      if (part !== undefined && last?.name === whole && last.parts) {
        last.values.push(value);
        last.parts.push(part);
        return;
      }
      last = {
        name: whole,
        values: [value],
        unit: scalarUnit,
        ...(part !== undefined && { parts: [part] }),
      };
      lines.push(last);
    });
    const used = number(2, 1, index);
    if (used < 255) lines.push({ name: "spots explained", values: [used], unit: "1" });
    const g = number(4, 3, index) - 1;
    lines.push(
      g < 0
        ? { name: "grain", values: [], unit: "", text: "none" }
        : { name: "grain", values: [g], unit: "", text: "number" },
    );
    return lines;
  };
}

/** Where a key takes the cursor: index of the new point, the same index where the key means nothing. */
export function moveCursor(index: number, key: string, far: boolean, width: number, height: number): number {
  const stride = far ? 10 : 1;
  let x = index % width;
  let y = Math.floor(index / width);
  if (key === "ArrowLeft") x -= stride;
  else if (key === "ArrowRight") x += stride;
  else if (key === "ArrowUp") y -= stride;
  else if (key === "ArrowDown") y += stride;
  else if (key === "Home") x = 0;
  else if (key === "End") x = width - 1;
  x = Math.max(0, Math.min(width - 1, x));
  y = Math.max(0, Math.min(height - 1, y));
  return y * width + x;
}
