import { effect, signal } from "@preact/signals";
import type { Detector } from "../../analyses/diffraction/virtual-image/detectors.ts";
import type { Signal } from "../../core/contracts.ts";
import { isLithoscopeError } from "../../core/errors.ts";
import { countOf } from "../../core/tile-plan.ts";
import { Desk } from "../desk/client.ts";
import type { FirstLook, NavigateProgress, ScanPicture } from "../desk/navigate.ts";
import type { PanelState } from "../panels/contract.ts";
import { errorWords } from "./error-words.ts";
import { recipes, setStart, settledRecipes, type VirtualDetector } from "./history.ts";
import { handleOf, keyOf } from "./items.ts";
import { latestOnly } from "./latest.ts";
import { EMPTY } from "./steps.ts";
import { SumDesks } from "./sum-desks.ts";
import { entries, platform } from "./workspace.ts";

/** Scans larger than this are read as a whole only when somebody asks for it [bytes]. */
const ASK_ABOVE = 2 ** 31;
/** Bytes per second that the cost of reading a large scan is told by. */
const SPEED = 150e6;

const BYTES = { u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4, f32: 4, f64: 8, c64: 8, c128: 16, rgb8: 3 };

interface ImageState {
  readonly state: PanelState;
  readonly progress?: string;
  readonly words?: string;
  /** The button that reads a large scan as a whole. */
  readonly cost?: string;
}

/** The detector of an item whose image is shown. */
export function activeDetector(key: string): VirtualDetector | undefined {
  const recipe = recipes.value[key];
  return recipe?.detectors.find(({ id }) => id === recipe.active);
}

function onPixels({ name, x, y, inner, outer }: VirtualDetector): Detector {
  return { name, text: name, x, y, inner, outer, closed: inner === 0 };
}

/** Detectors that a scan begins with: the disc of the beam and the ring around it. */
function firstDetectors(
  { centre: [x, y], radius }: FirstLook,
  pattern: readonly number[],
): VirtualDetector[] {
  const round = (value: number) => Math.round(value * 10) / 10;
  const outer = Math.max(1.5, 1.3 * radius);
  const edge = Math.min(...pattern) * 0.48;
  const at = { x: round(x), y: round(y) };
  return [
    { id: 1, name: "BF", ...at, inner: 0, outer: round(outer) },
    { id: 2, name: "ADF", ...at, inner: round(Math.min(2 * outer, 0.5 * edge)), outer: round(edge) },
  ];
}

/** First looks by item: where the beam is, and the mean pattern. */
export const looks = signal<Readonly<Record<string, FirstLook>>>({});

// The mean pattern of a scan that is closed is let go of.
effect(() => {
  const open = new Set(entries.value.map(({ key }) => key));
  const all = Object.entries(looks.peek());
  const left = all.filter(([key]) => open.has(key));
  if (left.length < all.length) looks.value = Object.fromEntries(left);
});

/** The image of a scan: coarse, then growing, then following the active detector. */
export function scanImage(item: Signal) {
  const handle = handleOf(item)!;
  const key = keyOf(item);
  const pattern = item.axes.filter(({ role }) => role === "signal").map(({ size }) => size);
  const bytes = countOf(item.axes.map(({ size }) => size)) * BYTES[item.dtype];
  const picture = signal<ScanPicture | undefined>(undefined);
  const state = signal<ImageState>({ state: "loading", words: "reading" });
  /** The scan is being gone through, coarse or whole, which can be stopped. */
  const reading = signal(false);
  let stop = new AbortController();
  /** Planes are there, so that detectors can be previewed. */
  let read = false;
  let began = 0;

  function fail(error: unknown): void {
    const { state: kind, message } = errorWords(error);
    state.value = { state: kind, words: message };
  }

  function take(progress: NavigateProgress): void {
    if (progress.kind === "look") {
      looks.value = { ...looks.peek(), [key]: progress };
      if (pattern.length === 2)
        setStart(key, { ...EMPTY, detectors: firstDetectors(progress, pattern), active: 1 });
      return;
    }
    if (!picture.peek()) performance.measure("litho:first-picture", { start: began });
    picture.value = progress;
    const count = `${progress.done} of ${progress.total}`;
    state.value = { state: "partial", progress: count, words: `${count} points` };
  }

  async function navigate(whole: boolean): Promise<void> {
    began = performance.now();
    const mine = new AbortController();
    stop = mine;
    reading.value = true;
    try {
      const options = { progress: take, stop: mine.signal };
      const found = await platform.desk.call("navigate", { ...handle, whole }, options);
      picture.value = found;
      if (!whole) {
        const seconds = Math.round(bytes / SPEED);
        const time = seconds > 90 ? `${Math.round(seconds / 60)} min` : `${seconds} s`;
        const cost = `Read all ${(bytes / 2 ** 30).toFixed(1)} GiB, about ${time}`;
        state.value = { state: "partial", words: "coarse", cost };
        return;
      }
      read = true;
      performance.measure("litho:navigator", { start: began });
      state.value = { state: "ready" };
      follow();
    } catch (error) {
      if (isLithoscopeError(error, "Cancelled"))
        state.value = { state: "cancelled", words: "stopped", cost: "Read on" };
      else fail(error);
    } finally {
      if (stop === mine) reading.value = false;
    }
  }

  const preview = latestOnly(
    async (detector: Detector) => {
      const from = performance.now();
      const found = await platform.desk.call("preview", { ...handle, detector });
      return { found, from };
    },
    ({ found, from }) => {
      if (!found) return;
      picture.value = found;
      performance.measure("litho:detector", { start: from });
      if (found.exact) state.value = { state: "ready" };
      else state.value = { state: "partial", words: "preview" };
    },
    fail,
  );

  let exact: AbortController | undefined;
  const desks = new SumDesks(bytes, platform.desk, () => new Desk(platform.addresses.desk));

  async function readExactly(detector: Detector, mine: AbortController): Promise<ScanPicture> {
    const { width, height } = picture.peek()!;
    const total = width * height;
    const progress = (done: number) => {
      if (exact !== mine) return;
      const count = `${done} of ${total}`;
      state.value = { state: "partial", progress: count, words: `preview, ${count} exact` };
    };
    const values = await desks.image({ ...handle, detector, width, height }, progress, mine.signal);
    return { values, width, height, done: total, total, exact: true };
  }

  async function sumExactly(detector: Detector): Promise<void> {
    exact?.abort();
    const mine = new AbortController();
    exact = mine;
    const from = performance.now();
    try {
      const inMemory = await platform.desk.call(
        "imageInMemory",
        { ...handle, detector },
        { stop: mine.signal },
      );
      const found = inMemory ?? (await readExactly(detector, mine));
      if (exact !== mine) return;
      picture.value = found;
      state.value = { state: "ready" };
      performance.measure("litho:detector-exact", { start: from });
    } catch (error) {
      if (exact === mine && !isLithoscopeError(error, "Cancelled")) fail(error);
    }
  }

  /** Shows the active detector: at once from the planes, then exactly once it rests. */
  function follow(): void {
    const detector = activeDetector(key);
    if (!read || !detector) return;
    preview(onPixels(detector));
    exact?.abort();
    const resting = recipes.value === settledRecipes.value;
    if (resting) void sumExactly(onPixels(detector));
  }

  return {
    picture,
    state,
    reading,
    /** Begins, and follows the active detector until the function that it returns is called. */
    start(): () => void {
      void navigate(bytes <= ASK_ABOVE);
      let last = "";
      const end = effect(() => {
        const active = activeDetector(key);
        const now = JSON.stringify([active, recipes.value === settledRecipes.value]);
        if (now === last) return;
        last = now;
        if (active) follow();
      });
      return () => {
        end();
        stop.abort();
        exact?.abort();
        desks.end();
      };
    },
    readAll: () => void navigate(true),
    cancel: () => stop.abort(),
  };
}
