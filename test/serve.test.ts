import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rootsOf } from "../src/cli/serve/files.ts";
import { type Running, serve } from "../src/cli/serve/server.ts";

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

describe("the server of lithoscope open", () => {
  const folder = mkdtempSync(join(tmpdir(), "lithoscope-serve-"));
  let running: Running;
  let cookie = "";

  /** A request exactly as written: no client tidies up the path or the headers. */
  const ask = (path: string, headers: Record<string, string> = {}, method = "GET", body = "") =>
    new Promise<Reply>((resolve, reject) => {
      const { hostname, port } = new URL(running.origin);
      const sent = request({ hostname, port, path, method, headers: { cookie, ...headers } }, (reply) => {
        let text = "";
        reply.setEncoding("latin1").on("data", (part) => {
          text += part;
        });
        reply.on("end", () => resolve({ status: reply.statusCode!, headers: reply.headers, text }));
      });
      sent.on("error", reject).end(body);
    });

  beforeAll(async () => {
    for (const name of ["app", "data/deep"]) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, "app/index.html"), "<p>app");
    writeFileSync(join(folder, "secret.txt"), "secret");
    writeFileSync(join(folder, "data/scan.blo"), "0123456789");
    writeFileSync(join(folder, "data/deep/a b.dat"), "deep");
    symlinkSync(join(folder, "secret.txt"), join(folder, "data/way-out.txt"));
    symlinkSync(folder, join(folder, "data/up"));
    const roots = await rootsOf([join(folder, "data")]);
    const sessions = join(folder, "sessions");
    running = await serve({ app: join(folder, "app"), roots, host: "127.0.0.1", port: 0, sessions });
  });

  afterAll(async () => {
    await running.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("refuses whoever has no cookie, and a wrong token", async () => {
    for (const path of ["/", "/files", "/files/0/scan.blo", "/?token=wrong", "/?token="])
      expect((await ask(path)).status, path).toBe(403);
    expect((await ask("/", { cookie: "lithoscope=guess" })).status).toBe(403);
  });

  it("exchanges the token once for a cookie that scripts and other sites cannot use", async () => {
    const { pathname, search } = new URL(running.url);
    const first = await ask(pathname + search);
    expect([first.status, first.headers.location]).toEqual([303, "/"]);
    const set = String(first.headers["set-cookie"]);
    expect(set).toContain("HttpOnly; SameSite=Strict");
    expect((await ask(pathname + search)).status).toBe(403);
    cookie = set.split(";")[0]!;
    const page = await ask("/");
    expect([page.status, page.text]).toEqual([200, "<p>app"]);
    expect(page.headers["referrer-policy"]).toBe("no-referrer");
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
    expect(page.headers["content-security-policy"]).not.toContain("'unsafe-eval'");
  });

  it("refuses other names, origins, sites and methods even with the cookie", async () => {
    const { port } = new URL(running.origin);
    expect((await ask("/files", { host: `evil.example:${port}` })).status).toBe(421);
    expect((await ask("/files", { host: "127.0.0.1" })).status).toBe(421);
    for (const origin of ["http://evil.example", "null", `https://127.0.0.1:${port}`])
      expect((await ask("/files", { origin })).status, origin).toBe(403);
    expect((await ask("/files", { origin: running.origin })).status).toBe(200);
    expect((await ask("/files/0/scan.blo", { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await ask("/files/0/scan.blo", { "sec-fetch-site": "same-site" })).status).toBe(403);
    expect((await ask("/files", {}, "POST")).status).toBe(405);
  });

  it("lists what lies below the roots, without links that lead out", async () => {
    expect(JSON.parse((await ask("/files")).text)).toEqual({
      roots: ["data"],
      more: false,
      files: [
        { root: 0, path: "deep/a b.dat", bytes: 4 },
        { root: 0, path: "scan.blo", bytes: 10 },
      ],
    });
  });

  it("gives nothing outside the roots or the app", async () => {
    const paths = ["../secret.txt", "..%2fsecret.txt", "%2e%2e/secret.txt", "deep/../../secret.txt"];
    const links = ["way-out.txt", "up/secret.txt", "scan.blo%00", "..%5csecret.txt", "deep"];
    for (const path of [...paths, ...links].map((name) => `/files/0/${name}`)) {
      const reply = await ask(path, { range: "bytes=0-5" });
      expect([reply.status, reply.text], path).toEqual([404, "not found"]);
    }
    for (const path of ["/files/1/scan.blo", "/..%2fsecret.txt", "/%2e%2e/data/scan.blo"])
      expect((await ask(path)).status, path).toBe(404);
  });

  it("keeps sessions for its own page only, bounded, with the generation before", async () => {
    const { origin } = running;
    expect((await ask("/sessions/a-1", {}, "PUT", "{}")).status).toBe(403);
    expect((await ask("/sessions/a-1", { origin: "http://evil.example" }, "PUT", "{}")).status).toBe(403);
    expect((await ask("/sessions/a-1", { origin, cookie: "" }, "PUT", "{}")).status).toBe(403);
    expect((await ask("/sessions/a-1", { origin }, "PUT", "one")).status).toBe(204);
    expect((await ask("/sessions/a-1?turn=1", { origin }, "PUT", "two")).status).toBe(204);
    expect(JSON.parse((await ask("/sessions")).text)).toEqual([{ id: "a-1", now: "two", before: "one" }]);
    for (const id of ["..%2fescape", "A", "a.b", "", "a/b"])
      expect((await ask(`/sessions/${id}`, { origin }, "PUT", "x")).status, id).toBe(404);
    const long = "x".repeat(16 * 1024 * 1024 + 1);
    expect((await ask("/sessions/b", { origin }, "PUT", long)).status).toBe(413);
    expect((await ask("/sessions/a-1", { origin }, "DELETE")).status).toBe(204);
    expect(JSON.parse((await ask("/sessions")).text)).toEqual([]);
  });

  it("sends one bounded range", async () => {
    const part = await ask("/files/0/scan.blo", { range: "bytes=2-4" });
    expect([part.status, part.text, part.headers["content-range"]]).toEqual([206, "234", "bytes 2-4/10"]);
    expect((await ask("/files/0/deep/a%20b.dat", { range: "bytes=0-99" })).text).toBe("deep");
    for (const range of ["bytes=10-11", "bytes=4-2", "bytes=0-1,3-4", "bytes=-3", "bytes=0-", "lines=0-1"])
      expect((await ask("/files/0/scan.blo", { range })).status, range).toBe(416);
    expect((await ask("/files/0/scan.blo")).status).toBe(416);
    const head = await ask("/files/0/scan.blo", {}, "HEAD");
    expect([head.status, head.headers["content-length"]]).toEqual([200, "10"]);
  });
});
