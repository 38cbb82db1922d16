import type { Axis, Crystal, Dataset, Quantity, Signal } from "../../core/contracts.ts";
import { openDataset } from "../../formats/open.ts";
import { openFile } from "../../sources/file.node.ts";
import { type Answer, type Command, type Invocation, usage } from "../command.ts";
import { errorJson, errorText, exitCode } from "../exit.ts";

function axisText(axis: Axis): string {
  const step = axis.from === "none" || axis.unit === "px" ? "" : ` of ${axis.scale} ${axis.unit}`;
  return `${axis.name} ${axis.size}${step}`;
}

function signalJson(signal: Signal) {
  const axes = signal.axes.map(({ values: _values, ...axis }) => axis);
  const missing = signal.meta["beam.energy"] === undefined ? ["beam.energy"] : [];
  const shape = signal.axes.map((axis) => axis.size);
  return {
    kind: "signal",
    title: signal.title,
    format: signal.ref.format,
    shape,
    dtype: signal.dtype,
    axes,
    meta: signal.meta,
    missing,
  };
}

function crystalJson({ name, cell, spaceGroup, atoms }: Crystal) {
  return { kind: "crystal", name, cell, spaceGroup, atoms: atoms.length };
}

function metaText(value: Quantity | string): string {
  return typeof value === "string" ? value : `${value.value} ${value.unit}`;
}

function itemText(item: Signal | Crystal): string[] {
  if ("kind" in item) {
    return [`  crystal ${item.name}: ${item.spaceGroup}, cell ${item.cell.join(" ")} (Å, deg)`];
  }
  const shape = item.axes.map((axis) => axis.size).join(" × ");
  const lines = [
    `  ${item.ref.format}, ${item.dtype}, ${shape}`,
    `  axes: ${item.axes.map(axisText).join(", ")}`,
  ];
  for (const [key, value] of Object.entries(item.meta)) lines.push(`  ${key}: ${metaText(value)}`);
  if (item.meta["beam.energy"] === undefined) lines.push("  missing: beam.energy (--voltage states it)");
  return lines;
}

function describe(path: string, dataset: Dataset) {
  const notices = dataset.notices.map((notice) => `  notice: ${notice.message}`);
  return {
    text: [path, ...dataset.items.flatMap(itemText), ...notices].join("\n"),
    json: {
      file: path,
      items: dataset.items.map((item) => ("kind" in item ? crystalJson(item) : signalJson(item))),
      notices: dataset.notices,
    },
  };
}

/** Every file is tried; one that fails alone is thrown, among several it is named. */
async function run({ inputs, stop, say }: Invocation): Promise<Answer> {
  if (inputs.length === 0) throw usage("info", "wanted at least one FILE", "FILE…");
  const texts: string[] = [];
  const files: unknown[] = [];
  let exit = 0;
  for (const path of inputs) {
    try {
      const source = await openFile(path);
      try {
        const { text, json } = describe(path, await openDataset(source, stop));
        texts.push(text);
        files.push(json);
      } finally {
        await source.close();
      }
    } catch (error) {
      if (inputs.length === 1 || stop.aborted) throw error;
      exit ||= exitCode(error);
      say(errorText(error));
      files.push({ file: path, ...errorJson(error) });
    }
  }
  return { text: texts.join("\n"), json: { files }, exit };
}

export const info: Command = {
  summary: "what a file is: kind, shape, axes with units, what is missing",
  help: [
    "lithoscope info FILE… [--json]",
    "",
    "Says what each file is; reads headers only.",
    "",
    "Example: lithoscope info scan.blo",
  ].join("\n"),
  flags: {},
  run,
};
