import type { OrientationParams } from "../../analyses/orientation/kernel.ts";
import { optionsOfFile, type ScanInfo, settleOptions } from "../../analyses/orientation/settle.ts";
import type { Analysis } from "../../core/analysis.ts";
import type { Crystal, Notice, Quantity } from "../../core/contracts.ts";

/** What was typed into a form, or set on the scan, by parameter; what the file says is left to the file. */
export type TypedParams = Readonly<Record<string, unknown>>;

const UNITS = { voltageKv: "kV", precessionDeg: "deg", pixelSize: "1/Å", scanRotationDeg: "deg" } as const;

/**
 * Everything that typed texts and file say of a run, as the command line settles it from its flags.
 *
 * @throws Usage naming the parameter that is wrong; what `settleOptions` throws
 */
export function settleRun(
  analysis: Analysis<OrientationParams>,
  scan: ScanInfo,
  typed: TypedParams,
  crystals: readonly Crystal[],
  notices: Notice[],
) {
  const file = optionsOfFile(scan);
  const start = { voltageKv: file.voltage, precessionDeg: file.precession, pixelSize: file.pixelSize ?? 0 };
  const { step, pixelSizeFrom: _, ...texts } = typed;
  const parsed = analysis.params.parse({ ...start, ...texts, crystals });
  const stated = (name: keyof typeof UNITS): Quantity | undefined =>
    typed[name] === undefined ? undefined : { value: parsed[name]!, unit: UNITS[name], from: "flag" };
  const { asked, options } = settleOptions(
    {
      voltage: stated("voltageKv"),
      precession: stated("precessionDeg"),
      pixelSize: stated("pixelSize"),
      scanRotation: stated("scanRotationDeg"),
      step: step as Quantity | undefined,
      calibration: parsed.calibration,
      flip: parsed.flip ?? "none",
      exact: parsed.exact === true,
    },
    scan,
    notices,
  );
  return { asked, params: analysis.params.parse({ ...options, crystals }) };
}
