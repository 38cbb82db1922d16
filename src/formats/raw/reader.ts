import type { Notice, Reader, Signal } from "../../core/contracts.ts";
import { elementBytes, plainAxes, plainTile } from "../regions.ts";
import { describeRaw } from "./parse.ts";

export const reader: Reader = {
  async open(source, _stop, options = {}) {
    const array = describeRaw(source.name, source.size, options);
    const axes = plainAxes(array.shape);
    const signal: Signal = {
      kind: "signal",
      title: source.name,
      axes,
      dtype: array.dtype,
      value: { name: "value", unit: "1" },
      meta: {},
      block: axes.map(({ role, size }) => (role === "nav" ? 1 : size)),
      ref: { source: source.ref, format: "raw", item: 0, options },
      tile: plainTile(source, array),
    };
    const notices: Notice[] = [
      { code: "uncalibrated", message: "raw: a raw file has no units, every axis is in px" },
    ];
    const used = array.shape.reduce((product, n) => product * n, elementBytes(array.dtype));
    const left = source.size - array.offset - used;
    if (left > 0) {
      const message = `raw: ${left} bytes at ${array.offset + used} are not part of the shape stated`;
      notices.push({ code: "bytes-left", message, where: `byte ${array.offset + used}`, flag: "--shape" });
    }
    return { items: [signal], header: array, notices };
  },
};
