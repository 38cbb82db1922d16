import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { casesOf } from "../../fixtures/cases/index.ts";
import { LNMO, PLATINUM } from "../../src/analyses/simulation/crystals.ts";
import { seededRandom } from "../../src/core/random.ts";
import { MISSING, type RunningApp, startApp } from "./app.ts";
import { dropFiles } from "./drop.ts";
import { scanBytes } from "./scan-bytes.ts";

/** How long, and which: `npm run soak -- SECONDS SEED`. */
const SECONDS = Number(process.env.SOAK_SECONDS ?? 10);
const SEED = process.env.SOAK_SEED ?? "1";
const FORMATS = ["ctf", "msa", "mpt", "csv", "npy", "tiff", "mrc", "dm"];
const KEYS = [
  ...[
    "ArrowLeft",
    "ArrowRight",
    "ArrowUp",
    "ArrowDown",
    "Shift+ArrowRight",
    "Shift+ArrowUp",
    "Enter",
    "Escape",
  ],
  ...[
    "[",
    "]",
    "{",
    "}",
    "+",
    "-",
    "0",
    "A",
    "G",
    "C",
    "N",
    "X",
    "Y",
    "Z",
    "F",
    "?",
    "Delete",
    "Tab",
    ",",
    ".",
  ],
  ...[
    "1",
    "2",
    "3",
    "4",
    "Control+z",
    "Control+Shift+Z",
    "Control+k",
    "Control+e",
    "Control+s",
    " ",
    "W",
    "J",
    "K",
  ],
];
/** What leads out of the page or waits for a person. */
const LEFT_ALONE = ["file.open"];

describe.skipIf(MISSING !== "")(`random use${MISSING}`, { timeout: (SECONDS + 240) * 1000 }, () => {
  const chances = seededRandom(`soak/${SEED}`);
  const random = () => chances.next();
  let app: RunningApp;
  let files: { name: string; bytes: Uint8Array | string }[];
  /** What was done, for whoever has to find out why. */
  const done: string[] = [];

  beforeAll(async () => {
    const cases = await Promise.all(FORMATS.map(async (id) => (await casesOf(id))[0]!));
    const scan = await scanBytes(5);
    files = [
      { name: "scan.blo", bytes: scan },
      ...[LNMO, PLATINUM].map(({ name, cif }) => ({ name: `${name}.cif`, bytes: cif })),
      { name: "broken.blo", bytes: scan.slice(0, 3000) },
      { name: "no.lithoscope.json", bytes: '{"schema":"lithoscope/session/1"}' },
      ...cases.map(({ name, files: all }) => ({ name, bytes: all[name]! })),
    ];
    app = await startApp("dist");
    app.page.setDefaultTimeout(3000);
    app.page.on("dialog", (dialog) => void dialog.accept().catch(() => undefined));
    app.page.on("filechooser", () => undefined);
  });

  afterAll(async () => {
    await app?.close();
  });

  const below = (limit: number) => Math.floor(random() * limit);
  const oneOf = <T>(list: readonly T[]): T => list[below(list.length)]!;

  /** Presses, chooses or fills a control that is in sight. */
  async function useControl(page: Page): Promise<string> {
    const controls = page.locator("button:visible:enabled, select:visible:enabled, input:visible:enabled");
    const count = await controls.count();
    if (count === 0) return "no control";
    const control = controls.nth(below(count));
    const about = await control.evaluate((element) => ({
      tag: element.tagName,
      type: element.getAttribute("type"),
      name: element.getAttribute("data-command") ?? element.getAttribute("data-field") ?? "",
      options: element instanceof HTMLSelectElement ? element.options.length : 0,
    }));
    if (LEFT_ALONE.includes(about.name)) return `left ${about.name}`;
    const words = `${about.tag} ${about.name}`;
    if (about.tag === "SELECT") {
      await control.selectOption({ index: below(about.options) }, { timeout: 1000 });
      return `choose in ${words}`;
    }
    if (about.tag === "INPUT" && about.type !== "checkbox" && about.type !== "range") {
      const text = oneOf(["", "12", "0.7deg", "disc:30px,30px,4px", "ring:9,9", "-1e99", "<b>", "200kV"]);
      await control.fill(text, { timeout: 1000 });
      await page.keyboard.press("Enter");
      return `type "${text}" into ${words}`;
    }
    await control.click({ timeout: 1000 });
    return `press ${words}`;
  }

  async function useMouse(page: Page): Promise<string> {
    const { width, height } = page.viewportSize()!;
    const at = () => [below(width), below(height)] as const;
    const from = at();
    await page.mouse.move(...from);
    if (random() < 0.3) {
      await page.mouse.wheel(0, below(600) - 300);
      return `wheel at ${from}`;
    }
    await page.mouse.down();
    const to = at();
    if (random() < 0.6) await page.mouse.move(...to, { steps: 4 });
    await page.mouse.up();
    return `drag ${from} to ${to}`;
  }

  async function act(page: Page): Promise<string> {
    const chance = random();
    if (chance < 0.4) {
      const key = oneOf(KEYS);
      await page.keyboard.press(key);
      return `key ${key}`;
    }
    if (chance < 0.65) return useControl(page);
    if (chance < 0.85) return useMouse(page);
    if (chance < 0.95) {
      const file = oneOf(files);
      await dropFiles(page, [file]);
      return `drop ${file.name}`;
    }
    if (chance < 0.98) {
      const size = oneOf([
        { width: 1280, height: 720 },
        { width: 800, height: 600 },
        { width: 1900, height: 1000 },
      ]);
      await page.setViewportSize(size);
      return `resize to ${size.width}`;
    }
    await page.reload();
    return "reload";
  }

  it(`does no harm for ${SECONDS} s, seed ${SEED}`, async () => {
    const { page } = app;
    await dropFiles(page, [files[0]!]);
    const until = Date.now() + SECONDS * 1000;
    while (Date.now() < until) {
      // A control that goes away while it is reached for is no fault of the page.
      done.push(await act(page).catch((error: Error) => `missed: ${error.message.split("\n")[0]}`));
      expect(app.faults, done.slice(-40).join("\n")).toEqual([]);
      if (page.url() === "about:blank") throw new Error(`the page is gone:\n${done.slice(-40).join("\n")}`);
    }
    // It still answers.
    expect(await page.locator("header.top").count()).toBe(1);
    expect(done.length).toBeGreaterThan(SECONDS / 2);
    process.stdout.write(`${done.length} actions, ${done.filter((one) => one.startsWith("missed")).length} missed
`);
  });
});
