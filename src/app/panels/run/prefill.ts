import { optionsOfFile, type ScanInfo } from "../../../analyses/orientation/settle.ts";
import type { Quantity } from "../../../core/contracts.ts";

/** The text that a parameter's field begins with, from the file; undefined where it says nothing. */
export function fromFile(scan: ScanInfo, name: string): string | undefined {
  const { voltage, precession, pixelSize } = optionsOfFile(scan);
  const stated: Readonly<Record<string, Quantity | undefined>> = {
    voltageKv: voltage,
    precessionDeg: precession,
    pixelSize,
  };
  const found = stated[name];
  return found && `${Number(found.value.toPrecision(6))} ${found.unit}`;
}
