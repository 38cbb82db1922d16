import { randomBytes, timingSafeEqual } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, realpath, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, sep } from "node:path";
import { pipeline } from "node:stream";
import { listFiles, type Root, resolveFile } from "./files.ts";
import { dropSession, isSessionId, listSessions, MAX_SESSION, writeSession } from "./sessions.ts";

export interface ServeOptions {
  /** Folder of the built app. */
  readonly app: string;
  readonly roots: readonly Root[];
  /** Address to listen at; 127.0.0.1 unless a person asked for another. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Folder of the sessions that the page keeps; without it none are kept. */
  readonly sessions?: string;
}

export interface Running {
  /** Address with the token, which works once. */
  readonly url: string;
  readonly origin: string;
  /** Ends when the token was used. */
  readonly used: Promise<void>;
  close(): Promise<void>;
}

/** The most bytes that one answer carries; readers ask for less. */
export const MAX_RANGE = 256 * 1024 * 1024;
const MAX_CONNECTIONS = 64;
const COOKIE = "lithoscope";
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self' data: blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");
const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": POLICY,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

function end(response: ServerResponse, status: number, text: string, more: Record<string, string> = {}) {
  response.writeHead(status, { ...HEADERS, "content-type": "text/plain; charset=utf-8", ...more });
  response.end(text);
}

/** Equal in a time that does not tell where they differ. */
function same(given: string | undefined, secret: string): boolean {
  const [a, b] = [Buffer.from(given ?? ""), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function cookieOf(request: IncomingMessage, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? "").split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** First and last byte of one range within `size`; undefined if the request asks for anything else. */
export function rangeOf(header: string | undefined, size: number): [number, number] | undefined {
  const match = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(header ?? "");
  if (!match) return undefined;
  const [first, last] = [Number(match[1]), Math.min(Number(match[2]), size - 1)];
  return first <= last && last - first < MAX_RANGE ? [first, last] : undefined;
}

/** A part of a file. The whole of a large file is never sent: the page reads ranges. */
async function sendFile(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  const { size } = await stat(path);
  const type = { "content-type": "application/octet-stream", "accept-ranges": "bytes" };
  if (request.method === "HEAD") {
    response.writeHead(200, { ...HEADERS, ...type, "content-length": size });
    response.end();
    return;
  }
  const range = rangeOf(request.headers.range, size);
  if (!range)
    return end(response, 416, "one range of at most 256 MiB", { "content-range": `bytes */${size}` });
  const [start, last] = range;
  response.writeHead(206, {
    ...HEADERS,
    ...type,
    "content-range": `bytes ${start}-${last}/${size}`,
    "content-length": last - start + 1,
  });
  // The callback takes the error of a page that went away in the middle of an answer.
  pipeline(createReadStream(path, { start, end: last }), response, () => {});
}

async function sendApp(response: ServerResponse, app: string, path: string): Promise<void> {
  const file = join(app, path === "/" ? "index.html" : path);
  const real = await realpath(file).catch(() => undefined);
  const type = TYPES[extname(file)];
  if (!real?.startsWith((await realpath(app)) + sep) || !type) return end(response, 404, "not found");
  response.writeHead(200, { ...HEADERS, "content-type": type });
  if (path === "/") {
    // Tells the page that there is a list of files to ask for; a plain web server has none.
    const page = await readFile(real, "utf8");
    response.end(page.replace("<head>", '<head><meta name="lithoscope-server" content="files" />'));
    return;
  }
  pipeline(createReadStream(real), response, () => {});
}

/** The body of a request; undefined if it is longer than a session may be. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.byteLength;
    if (size > MAX_SESSION) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** `/sessions` lists what the page kept, `/sessions/<id>` takes (PUT) and forgets (DELETE) one. */
async function answerSessions(
  request: IncomingMessage,
  response: ServerResponse,
  folder: string,
  url: URL,
): Promise<void> {
  const { method } = request;
  if (url.pathname === "/sessions" && method === "GET") {
    const text = JSON.stringify(await listSessions(folder));
    return end(response, 200, text, { "content-type": "application/json" });
  }
  const id = url.pathname.slice("/sessions/".length);
  if (!isSessionId(id)) return end(response, 404, "not found");
  if (method === "DELETE") {
    await dropSession(folder, id);
    return end(response, 204, "");
  }
  if (method !== "PUT") return end(response, 405, "only PUT and DELETE", { allow: "PUT, DELETE" });
  const text = await bodyOf(request);
  if (text === undefined) return end(response, 413, "a session of at most 16 MiB", { connection: "close" });
  await writeSession(folder, id, text, url.searchParams.has("turn"));
  return end(response, 204, "");
}

/** `/files/<root>/<path>`: a file below a root. */
async function sendRooted(
  request: IncomingMessage,
  response: ServerResponse,
  roots: readonly Root[],
  path: string,
) {
  const [, number, below] = /^\/files\/(\d{1,4})\/(.+)$/s.exec(path) ?? [];
  const root = roots[Number(number)];
  const file = root && below ? await resolveFile(root, below) : undefined;
  return file ? sendFile(request, response, file) : end(response, 404, "not found");
}

/**
 * Serves the app and the files below the roots to one browser.
 *
 * The address printed carries a random token, which is exchanged once for a cookie that scripts cannot read and other
 * sites cannot send. Every request must name this server as its Host (a foreign name that resolves to 127.0.0.1 is
 * refused) and, where it says an Origin, this one.
 */
export async function serve({ app, roots, host, port, sessions }: ServeOptions): Promise<Running> {
  const token = randomBytes(32).toString("base64url");
  const session = randomBytes(32).toString("base64url");
  let spent = false;
  let tellUsed: () => void = () => {};
  const used = new Promise<void>((resolve) => {
    tellUsed = resolve;
  });
  let hosts: readonly string[] = [];
  let name = COOKIE;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { host: named = "", origin } = request.headers;
    if (!hosts.includes(named)) return end(response, 421, "this server has another name");
    if (origin !== undefined && origin !== `http://${named}`) return end(response, 403, "another origin");
    const url = new URL(request.url ?? "/", `http://${named}`);
    const given = url.searchParams.get("token");
    // A browser says where a request comes from; only addresses typed by a person come from nowhere. The page on the
    // disk that leads a browser here is another site too, and brings the token.
    const site = request.headers["sec-fetch-site"];
    const led = site === "cross-site" && request.headers["sec-fetch-mode"] === "navigate" && given !== null;
    if (site !== undefined && site !== "same-origin" && site !== "none" && !led)
      return end(response, 403, "another site");
    const reads = request.method === "GET" || request.method === "HEAD";
    const keeps = sessions !== undefined && /^\/sessions(?:\/|$)/.test(url.pathname);
    if (!reads && !keeps) return end(response, 405, "only GET and HEAD", { allow: "GET, HEAD" });
    // Whatever changes something must say that it comes from this page; browsers always do.
    if (!reads && origin === undefined) return end(response, 403, "no origin");
    if (url.pathname === "/" && given !== null) {
      if (spent || !same(given, token))
        return end(response, 403, "this address was used; start lithoscope open again");
      spent = true;
      tellUsed();
      const cookie = { "set-cookie": `${name}=${session}; HttpOnly; SameSite=Strict; Path=/` };
      if (!led) return end(response, 303, "", { location: "/", ...cookie });
      // A redirection would still count as another site's and come without the cookie; this page's own step does not.
      const page =
        '<!doctype html><link rel="icon" href="data:,"><meta http-equiv="refresh" content="0; url=/"><title>Lithoscope</title>';
      return end(response, 200, page, { "content-type": "text/html; charset=utf-8", ...cookie });
    }
    if (!same(cookieOf(request, name), session))
      return end(response, 403, "open the address that lithoscope open printed");
    if (keeps) return answerSessions(request, response, sessions, url);
    let path: string;
    try {
      path = decodeURIComponent(url.pathname);
    } catch {
      return end(response, 400, "not an address");
    }
    if (path === "/files") {
      const list = await listFiles(roots);
      const text = JSON.stringify({ ...list, roots: roots.map((root) => root.name) });
      return end(response, 200, text, { "content-type": "application/json" });
    }
    if (path.startsWith("/files/")) return sendRooted(request, response, roots, path);
    return sendApp(response, app, path);
  }

  const server: Server = createServer({ maxHeaderSize: 16 * 1024 }, (request, response) => {
    answer(request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else end(response, 500, "the file cannot be read");
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  // Cookies do not know ports: two servers on one machine must not overwrite each other's.
  name = `${COOKIE}-${bound}`;
  const shown = host.includes(":") ? `[${host}]` : host;
  hosts = [`${shown}:${bound}`, ...(host === "127.0.0.1" ? [`localhost:${bound}`] : [])];
  const origin = `http://${hosts[0]}`;
  return {
    url: `${origin}/?token=${token}`,
    origin,
    used,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
