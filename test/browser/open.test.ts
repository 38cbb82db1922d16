import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeMib } from "../../fixtures/make/mib.ts";
import { CHROMIUM, MISSING } from "./app.ts";
import { scanBytes } from "./scan-bytes.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
/** A name of somebody else's that leads to this machine, as after a rebinding of DNS. */
const EVIL = "evil.example";

describe.skipIf(MISSING !== "" || !existsSync(CLI))(`lithoscope open${MISSING}`, { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "lithoscope-open-"));
  const data = join(folder, "data");
  const started = join(folder, "started");
  const children: ChildProcess[] = [];
  let bytes: Uint8Array;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let origin = "";
  let digest: string | null = "";
  const faults: string[] = [];

  /** Serves the data; a browser, if any, is a script that notes what it was started with. */
  const open = async (...flags: string[]): Promise<{ child: ChildProcess; address: string }> => {
    const env = { ...process.env, XDG_STATE_HOME: join(folder, "state"), BROWSER: join(folder, "browser") };
    const child = spawn(process.execPath, [CLI, "open", ...flags, data], { env });
    children.push(child);
    const address = await new Promise<string>((resolve) => {
      child.stdout!.once("data", (text) => resolve(String(text).trim()));
    });
    return { child, address };
  };
  const ended = (child: ChildProcess) => {
    const exit = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGINT");
    return exit;
  };

  beforeAll(async () => {
    bytes = await scanBytes(8);
    mkdirSync(data);
    writeFileSync(join(data, "scan.blo"), bytes);
    writeFileSync(join(folder, "secret.txt"), "secret");
    writeFileSync(
      join(folder, "browser"),
      `#!/bin/sh\nprintf '%s' "$*" > ${started}.part\nmv ${started}.part ${started}\n`,
    );
    chmodSync(join(folder, "browser"), 0o755);
    const rules = `--host-resolver-rules=MAP ${EVIL} 127.0.0.1`;
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", rules] });
    context = await browser.newContext();
    page = await context.newPage();
    page.on("pageerror", (error) => faults.push(String(error.stack ?? error)));
    page.on("console", (message) => {
      if (message.type() === "error") faults.push(message.text());
    });
  });

  afterAll(async () => {
    await browser?.close();
    for (const child of children) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  it("lists the file and opens it by a click, finds new ones, and quits at Ctrl C", async () => {
    const { child, address } = await open("--no-browser");
    await page.goto(address);
    expect(page.url()).not.toContain("token");
    await page.locator('[data-path="scan.blo"]').click();
    await page.locator('[data-panel="navigator"][data-state="ready"]').waitFor();
    expect(await page.locator("[data-entry]").textContent()).toContain("4D-STEM 8 × 8 × 128 × 128");
    writeFileSync(join(data, "later.blo"), bytes.slice(0, 100_000));
    await page.locator('[data-command="server.refresh"]').click();
    await page.locator('[data-path="later.blo"]').waitFor();
    const whole = makeMib({ lines: 4, perLine: 4, pause: 0 });
    writeFileSync(join(data, "grows.mib"), whole.subarray(0, whole.length / 2));
    await page.locator('[data-command="server.refresh"]').click();
    await page.locator('[data-path="grows.mib"]').click();
    const grows = page.locator('[data-file="grows.mib"]');
    await expect.poll(() => grows.locator("[data-entry]").first().textContent()).toContain("stack 8 ×");
    writeFileSync(join(data, "grows.mib"), whole);
    await page.locator('[data-command="server.refresh"]').click();
    await grows.locator('[data-command="file.refresh"]').click();
    await expect.poll(() => grows.locator("[data-entry]").first().textContent()).toContain("stack 16 ×");
    await grows.locator('[data-command="file.close"]').click();
    await page.locator('[data-panel="navigator"][data-state="ready"]').waitFor();
    await page.locator('[data-panel="pattern"]').focus();
    for (const key of ["ArrowRight", "]", "ArrowDown"]) await page.keyboard.press(key);
    digest = await page.locator(".history").getAttribute("data-digest");
    await page.waitForTimeout(2500);
    await page.locator('[data-status="kept"]').waitFor();
    await page.goto("about:blank");
    // The exit status of a program that was asked to serve until it is stopped.
    expect(await ended(child)).toBe(0);
    expect(existsSync(started)).toBe(false);
  });

  it("starts the browser without the token in its arguments, and gives the work back at another port", async () => {
    const { address } = await open();
    origin = new URL(address).origin;
    await expect.poll(() => existsSync(started)).toBe(true);
    const argument = readFileSync(started, "utf8");
    const token = new URL(address).searchParams.get("token")!;
    expect(argument).toMatch(/^file:\/\/\S+\/open\.html$/);
    expect(argument).not.toContain(token);
    const file = fileURLToPath(argument);
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(readFileSync(file, "utf8")).toContain(token);
    await page.goto(argument);
    await page.waitForURL(`${origin}/`);
    await page.locator("[data-offer]").waitFor();
    await expect.poll(() => existsSync(file)).toBe(false);
    expect(await page.locator("[data-offer]").textContent()).toContain("scan.blo, 3 steps");
    await page.locator('[data-command="session.go-on"]').click();
    // The server has the file: nobody hands it over.
    await page.locator('[data-panel="navigator"][data-state="ready"]').waitFor();
    expect(await page.locator(".history").getAttribute("data-digest")).toBe(digest);
    // The address of a view opens its file by itself.
    await page.waitForURL(/#v=/);
    await page.reload();
    await page.locator('[data-panel="navigator"][data-state="ready"]').waitFor();
    expect(faults).toEqual([]);
  });

  it("keeps its cookie from scripts, and what lies outside from the page itself", async () => {
    expect(await page.evaluate(() => document.cookie)).toBe("");
    const answers = await page.evaluate(async () => {
      const paths = [
        "/files/0/..%2f..%2fsecret.txt",
        "/files/0/%2e%2e/secret.txt",
        "/files/0/..%5csecret.txt",
      ];
      const more = [
        "/files/9/scan.blo",
        "/..%2f..%2fpackage.json",
        "/sessions/..%2f..%2fx",
        "/files/0/scan.blo%00",
      ];
      return Promise.all(
        [...paths, ...more].map(
          async (path) => (await fetch(path, { headers: { range: "bytes=0-5" } })).status,
        ),
      );
    });
    expect(answers).toEqual(answers.map(() => 404));
  });

  it("refuses a hostile page: another origin, another name, a stolen cookie", async () => {
    const html = "<!doctype html><title>evil</title><p>evil";
    const evil: Server = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "text/html" });
      response.end(html);
    });
    await new Promise<void>((resolve) => evil.listen(0, "127.0.0.1", resolve));
    try {
      // In the same browser, which holds the cookie.
      const hostile = await context.newPage();
      const refused: number[] = [];
      const { port } = new URL(origin);
      hostile.on("response", (response) => {
        if (new URL(response.url()).port === port) refused.push(response.status());
      });
      for (const name of [EVIL, "127.0.0.1", "localhost"]) {
        await hostile.goto(`http://${name}:${(evil.address() as AddressInfo).port}/`);
        const got = await hostile.evaluate(async (target) => {
          const tries = [
            fetch(`${target}/files`, { credentials: "include" }),
            fetch(`${target}/files`, { credentials: "include", mode: "no-cors" }),
            fetch(`${target}/files/0/scan.blo`, { credentials: "include", headers: { range: "bytes=0-9" } }),
            fetch(`${target}/sessions`, { credentials: "include", mode: "no-cors" }),
            fetch(`${target}/sessions/x`, { method: "PUT", body: "{}", credentials: "include" }),
            fetch(`${target}/sessions/x`, {
              method: "POST",
              body: "{}",
              credentials: "include",
              mode: "no-cors",
            }),
          ];
          const element = (tag: "img" | "script" | "iframe", path: string) =>
            new Promise((resolve, reject) => {
              const made = document.createElement(tag);
              made.addEventListener("load", () => resolve(tag === "iframe" ? undefined : tag));
              made.addEventListener("error", reject);
              made.src = target + path;
              document.body.append(made);
            });
          const outcomes = await Promise.allSettled([
            ...tries,
            element("img", "/files/0/scan.blo"),
            element("script", "/files"),
            element("iframe", "/"),
          ]);
          return outcomes.map((one) => (one.status === "fulfilled" && one.value ? "got" : "refused"));
        }, origin);
        expect(got, name).toEqual(got.map(() => "refused"));
        // A link on the hostile page: the cookie does not come along.
        await hostile.evaluate((target) => {
          location.href = `${target}/`;
        }, origin);
        await hostile.waitForURL(`${origin}/`);
        expect(await hostile.evaluate(() => document.body.textContent)).not.toContain("Lithoscope");
        // Its form cannot guess the token.
        await hostile.goto(`http://${name}:${(evil.address() as AddressInfo).port}/`);
        await hostile.evaluate((target) => {
          location.href = `${target}/?token=guess`;
        }, origin);
        await hostile.waitForURL(`${origin}/?token=guess`);
      }
      // What the browser itself blocks is not among the answers that it tells of.
      expect(refused.length).toBeGreaterThan(5);
      expect(refused.filter((status) => status < 400)).toEqual([]);
      // The name of another that leads here, with the very cookie.
      const [cookie] = (await context.cookies(origin)).filter(({ name }) => name.startsWith("lithoscope"));
      await context.addCookies([
        { name: cookie!.name, value: cookie!.value, url: `http://${EVIL}:${port}/` },
      ]);
      const rebound = await hostile.goto(`http://${EVIL}:${port}/files`);
      expect(rebound!.status()).toBe(421);
      await hostile.close();
      expect(await page.evaluate(async () => (await fetch("/files")).status)).toBe(200);
    } finally {
      evil.close();
    }
  });

  it("stays up after all that", () => {
    expect(faults.filter((fault) => !/status of 404/.test(fault))).toEqual([]);
  });
});
