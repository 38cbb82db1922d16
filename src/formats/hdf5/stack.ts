/** Keeps the stack of the HDF5 library whole over calls that throw. */

let pending: () => void = () => {};
let onStack: (call: () => void) => void = (call) => call();

/**
 * What is thrown out of the library leaves its frames on the library's stack, and a few thousand broken files fill it.
 * Emscripten's `ccall` puts the stack back, where the function that it calls is given a text.
 */
// biome-ignore lint/suspicious/noExplicitAny: functions of our own are no part of the library's type
export function keepStack(module: any): void {
  module._lithoscope = () => pending();
  onStack = (call) => {
    pending = call;
    module.ccall("lithoscope", null, ["string"], [null]);
  };
}

/** Runs a call into the library, and lets what it throws out behind the library's stack. */
export function outside<T>(call: () => T): T {
  let found: { readonly value: T } | { readonly error: unknown } | undefined;
  onStack(() => {
    try {
      found = { value: call() };
    } catch (error) {
      found = { error };
    }
  });
  if (found && "value" in found) return found.value;
  throw found?.error;
}
