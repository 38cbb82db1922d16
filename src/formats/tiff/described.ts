import type { Signal } from "../../core/contracts.ts";
import { countOf } from "../regions.ts";
import { storedSignal } from "../stored-signal.ts";
import { type Directory, TAG, textTag } from "./parse.ts";

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    // A line of this name that is not JSON is not ours.
    return undefined;
  }
}

/** A signal that our writer described in the first page of a stack like `found`; undefined in other files. */
export function describedSignal(directory: Directory, found: Pick<Signal, "axes" | "dtype">) {
  const line = /^lithoscope=(.*)$/m.exec(textTag(directory, TAG.description) ?? "")?.[1];
  const json = parsed(line) as Partial<Pick<Signal, "axes">> | null | undefined;
  if (!Array.isArray(json?.axes)) return undefined;
  const shape = json.axes.map((axis) => Number(axis?.size));
  const stored = storedSignal(json, shape);
  const stack = found.axes.map(({ size }) => size);
  const pages = countOf(shape.slice(0, -2)) === countOf(stack.slice(0, -2));
  const same = pages && shape.slice(-2).join() === stack.slice(-2).join();
  return same && stored?.dtype === found.dtype ? stored : undefined;
}
