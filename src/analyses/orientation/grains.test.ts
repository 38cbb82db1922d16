import { describe, expect, it } from "vitest";
import { fromAxisAngle, multiply, type Quaternion } from "../../science/crystal/rotation.ts";
import { laueRotations } from "../../science/crystal/symmetry.ts";
import { segmentGrains } from "./grains.ts";

const CUBIC = [{ rotations: laueRotations("m-3m") }];
const LETTERS: Readonly<Record<string, Quaternion>> = {
  a: fromAxisAngle([1, 2, 3], 20),
  b: fromAxisAngle([3, 1, -2], 45),
  c: fromAxisAngle([1, -1, 5], 70),
  // a turned by 180° about the beam, and then by 2° more.
  p: multiply(fromAxisAngle([0, 0, 1], 180), fromAxisAngle([1, 2, 3], 20)),
  q: multiply(
    fromAxisAngle([1, 0, 0], 2),
    multiply(fromAxisAngle([0, 0, 1], 180), fromAxisAngle([1, 2, 3], 20)),
  ),
};

/** Grains of a map drawn in letters, "." not indexed, as digits. */
function grainsOf(
  rows: readonly string[],
  partner?: number,
  amorphous?: (letter: string) => number,
): string[] {
  const width = rows[0]!.length;
  const letters = [...rows.join("")];
  const maps = {
    width,
    height: rows.length,
    phase: Int16Array.from(letters, (letter) => (letter === "." ? -1 : 0)),
    orientation: Float64Array.from(
      letters.flatMap((letter) => [...(LETTERS[letter.toLowerCase()] ?? Array(4).fill(Number.NaN))]),
    ),
    ...(amorphous && { amorphous: letters.map(amorphous) }),
  };
  const grain = segmentGrains(maps, CUBIC, 5, 5, partner);
  const text = Array.from(grain, (g) => (g < 0 ? "." : String(g))).join("");
  return rows.map((_, y) => text.slice(y * width, (y + 1) * width));
}

describe("grains", () => {
  it("join the turn by 180° about the beam, and do not when told so", () => {
    const rows = ["aaapp", "aaqpp", "aaqpp"];
    expect(grainsOf(rows)).toEqual(["00000", "00000", "00000"]);
    expect(grainsOf(rows, 0)).toEqual(["00011", "00111", "00111"]);
  });

  it("take a stray point inside, and one that lies mostly against one grain", () => {
    expect(grainsOf(["aaaaa", "aabaa", "aaaaa"])).toEqual(["00000", "00000", "00000"]);
    expect(grainsOf(["aaabb", "aacbb", "aaabb"])).toEqual(["00011", "00011", "00011"]);
  });

  it("leave a small group between two grains alone", () => {
    expect(grainsOf(["aacbb", "aacbb", "aacbb"])).toEqual(["00.11", "00.11", "00.11"]);
  });

  it("never grow into points without an answer or of film", () => {
    expect(grainsOf(["aaaaa", "aa.aa", "aaaaa"])).toEqual(["00000", "00.00", "00000"]);
    const film = grainsOf(["aaaaa", "aaBaa", "aaaaa"], 3, (letter) => (letter === "B" ? 0.9 : 0));
    expect(film).toEqual(["00000", "00.00", "00000"]);
    // Next to a hole a pair of strays is not enclosed.
    expect(grainsOf(["aaaaaa", "aabc.a", "aaaaaa"])).toEqual(["000000", "0000.0", "000000"]);
    expect(grainsOf(["aaaaaa", "aabb.a", "aabb.a", "aaaaaa"])[1]).toBe("00...0");
  });

  it("are numbered in scan order", () => {
    expect(grainsOf(["aaabbb", "aaabbb", "cccccc"])).toEqual(["000111", "000111", "222222"]);
  });
});
