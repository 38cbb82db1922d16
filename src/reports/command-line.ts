import type { Quantity } from "../core/contracts.ts";
import type { Asked } from "./methods-text.ts";

/** A word as a POSIX shell takes it. */
export function shell(word: string): string {
  return /^[\p{L}\p{N}_@%+=:,./-]+$/u.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`;
}

/** "0.7deg", "0.0252/Å": a quantity as a flag takes it. */
function flagValue({ value, unit }: Quantity): string {
  return `${value}${unit.startsWith("1/") ? unit.slice(1) : unit}`;
}

/** The command line that asks for the same again, as a POSIX shell takes it. */
export function commandLine(asked: Asked): string {
  return ["lithoscope", "orientation", ...commandWords(asked).map(shell), "--out", "out"].join(" ");
}

/**
 * The words after `lithoscope orientation` that ask for the same again, but for --out. What the file said, the program
 * found or only assumed is left to the program, so that the run is the same one and not only has the same numbers.
 */
export function commandWords(asked: Asked): string[] {
  const words = [asked.scan?.file ?? "SCAN"];
  const add = (flag: string, value: string) =>
    words.push(...(value.startsWith("-") ? [`--${flag}=${value}`] : [`--${flag}`, value]));
  const open = asked.scan?.open ?? {};
  for (const flag of ["dataset", "dtype", "offset"] as const)
    if (open[flag] !== undefined) add(flag, `${open[flag]}`);
  if (open.shape) words.push(`--shape=${open.shape.join(",")}`);
  if (open.bigEndian) words.push("--big-endian");
  for (const [name, file] of Object.entries(asked.crystals ?? {})) add("crystal", `${name}=${file}`);
  for (const [name, setting] of Object.entries(asked.settings ?? {})) add("setting", `${name}=${setting}`);
  const flags = {
    voltage: asked.voltage,
    precession: asked.precession,
    "pixel-size": asked.pixelSize,
    step: asked.step,
    "scan-rotation": asked.scanRotation,
  };
  for (const [flag, quantity] of Object.entries(flags)) {
    if (quantity && (quantity.from ?? "flag") === "flag") add(flag, flagValue(quantity));
  }
  if (asked.centre) add("centre", asked.centre.map(flagValue).join(","));
  if (asked.flip && asked.flip !== "none") add("flip", asked.flip);
  if (asked.calibration === "fixed") add("calibration", "fixed");
  if (asked.exact) words.push("--exact");
  return words;
}
