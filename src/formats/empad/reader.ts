import type { Notice, Reader, Signal, Source } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { frameBlock } from "../axes.ts";
import { frameTile } from "../frames.ts";
import { siblingOf } from "../sibling.ts";
import { layoutOf, navInName, navInXml, SIDE } from "./layout.ts";
import { axesOf, metaOf } from "./meaning.ts";
import { type EmpadHeader, empadError, parseEmpad } from "./parse.ts";

/** The raw file that an XML names, without the folders of the microscope's computer. */
async function rawBeside(xml: Source, header: EmpadHeader): Promise<Source> {
  const written =
    header["raw_file@filename"] ?? header["raw_file@absolute_filename"] ?? header["rawfile/filename"];
  if (!written) throw empadError(`${xml.name} names no raw file`);
  const name = written.replace(/^.*[/\\]/, "");
  const renamed = xml.name.replace(/\.xml$/i, ".raw");
  const found =
    (await siblingOf(xml, name)) ?? (renamed === xml.name ? undefined : await siblingOf(xml, renamed));
  if (found) return found;
  const message = `empad: ${xml.name} describes frames in ${name}, which is not beside it`;
  throw new LithoscopeError("Missing", message, { what: name, flag: "FILE" });
}

/** The XML beside a raw file, where it has the same name; usually it has the name of the acquisition. */
async function xmlBeside(raw: Source, stop?: AbortSignal): Promise<EmpadHeader | undefined> {
  const found = await siblingOf(raw, raw.name.replace(/\.raw$/i, ".xml"));
  return found && found.name !== raw.name ? parseEmpad(await found.read(0, found.size, stop)) : undefined;
}

export const reader: Reader = {
  async open(given, stop, options = {}) {
    const notices: Notice[] = [];
    const isRaw = /\.raw$/i.test(given.name);
    const header = isRaw
      ? await xmlBeside(given, stop)
      : await parseEmpad(await given.read(0, Math.min(given.size, 2 ** 23), stop));
    const raw = isRaw || !header ? given : await rawBeside(given, header);
    const nav = header ? navInXml(header, raw.name, notices) : navInName(raw.name);
    if (!nav) throw empadError(`the name ${raw.name} does not state the scan`);
    if (!header) {
      const message = `empad: no .xml of the name of ${raw.name} is beside it, the scan is ${nav.join(" × ")} as the name says; open the .xml for the calibration`;
      notices.push({ code: "xml-missing", message, flag: "--shape" });
    }
    const layout = layoutOf(nav, header?.["rawfile/datatype"], raw, notices);
    const axes = axesOf(header ?? {}, nav, notices);
    const at = (frame: number) => (frame < layout.present ? frame * layout.stride : undefined);
    const shape = axes.map(({ size }) => size);
    const signal: Signal = {
      kind: "signal",
      title: given.name.replace(/\.[^.]*$/, ""),
      axes,
      dtype: layout.dtype,
      value: { name: "counts", unit: "1" },
      meta: metaOf(header ?? {}, layout.present),
      block: frameBlock(axes),
      ref: { source: given.ref, format: "empad", item: 0, options },
      tile: frameTile(raw, { format: "empad", shape, dtype: layout.dtype, bigEndian: false, at }),
    };
    return { items: [signal], header: { xml: header, pixels: SIDE, layout }, notices };
  },
};
