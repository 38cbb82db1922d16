import { useSignal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { errorWords } from "../state/error-words.ts";

/** A component whose code is loaded when it is first shown, so that the page is there sooner. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  return function Later(props: P & JSX.IntrinsicAttributes) {
    const shown = useSignal(loaded);
    const fault = useSignal("");
    useEffect(() => {
      if (loaded) return;
      load().then(
        (component) => {
          loaded = component;
          // A signal takes a function as it is.
          shown.value = component;
        },
        (error) => {
          fault.value = errorWords(error).message;
        },
      );
    }, []);
    const Shown = shown.value;
    if (fault.value)
      return (
        <p class="wrong" role="alert">
          {fault}
        </p>
      );
    return Shown ? <Shown {...props} /> : null;
  };
}
