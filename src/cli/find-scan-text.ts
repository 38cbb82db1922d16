import type { FoundScan } from "../formats/find-scan.ts";

/** What was found, for people: two lines. */
export function foundScanText(found: FoundScan | undefined): string[] {
  if (!found) return ["  scan: the file states it, or it has no series of frames"];
  const { frames, line, shape, left } = found;
  if (!line || !shape) {
    return [`  scan: the sums of ${frames} frames do not repeat from row to row, --shape states it`];
  }
  const other = line.rival > 0 ? `, next ${line.rivalCorrelation.toFixed(2)} at ${line.rival}` : "";
  const rest = left ? `, ${left} frames left over` : "";
  return [
    `  scan: ${shape[0]} × ${shape[1]} (found: rows correlate by ${line.correlation.toFixed(2)}${other})${rest}`,
    `  next: --shape ${shape.join(",")}`,
  ];
}
