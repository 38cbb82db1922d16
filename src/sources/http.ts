import type { Source } from "../core/contracts.ts";
import { isLithoscopeError, LithoscopeError } from "../core/errors.ts";
import { checkRead, isBelow, shortRead } from "./memory.ts";

type Answer = Awaited<ReturnType<typeof fetch>>;

/** One request; a network failure is NotFound, an abort Cancelled. */
async function ask(
  url: string,
  method: string,
  range: string | undefined,
  stop?: AbortSignal,
): Promise<Answer> {
  try {
    const headers: Record<string, string> = range === undefined ? {} : { Range: `bytes=${range}` };
    return await fetch(url, { method, headers, ...(stop && { signal: stop }) });
  } catch (cause) {
    if (stop?.aborted) throw new LithoscopeError("Cancelled", `${url}: reading was cancelled`);
    throw new LithoscopeError("NotFound", `${url}: cannot be reached`, { path: url }, { cause });
  }
}

function refused(url: string, status: number): LithoscopeError {
  return new LithoscopeError("NotFound", `${url}: the server answered ${status}`, { path: url, status });
}

function noRanges(url: string): LithoscopeError {
  const hint = "download the file and open the copy";
  const fields = { format: "http", feature: "range requests" };
  return new LithoscopeError("Unsupported", `${url}: the server does not serve parts of a file`, fields, {
    hint,
  });
}

/** Size from Content-Range of a one-byte request, or from HEAD where a page may not see that header. */
async function sizeOf(url: string, stop?: AbortSignal): Promise<number> {
  const probe = await ask(url, "GET", "0-0", stop);
  const total = /\/(\d+)$/.exec(probe.headers.get("content-range") ?? "")?.[1];
  if (probe.status === 416 && total === "0") return 0;
  if (!probe.ok) throw refused(url, probe.status);
  if (probe.status !== 206) throw noRanges(url);
  if (total !== undefined) return Number(total);
  const length = (await ask(url, "HEAD", undefined, stop)).headers.get("content-length");
  if (length === null || !/^\d+$/.test(length)) throw noRanges(url);
  return Number(length);
}

/**
 * A file on a web server, read with range requests only.
 *
 * @throws NotFound if the server has no such file; Unsupported if it ignores ranges
 */
export async function openUrl(url: string, stop?: AbortSignal): Promise<Source> {
  const size = await sizeOf(url, stop);
  const name = decodeName(url);
  return {
    ref: { kind: "url", url },
    name,
    size,

    async read(offset, length, stop) {
      checkRead({ name, size }, offset, length, stop);
      if (length === 0) return new Uint8Array(0);
      const answer = await ask(url, "GET", `${offset}-${offset + length - 1}`, stop);
      if (!answer.ok) throw refused(url, answer.status);
      if (answer.status !== 206) throw noRanges(url);
      const bytes = new Uint8Array(await body(answer, url, stop));
      if (bytes.byteLength !== length) throw shortRead(name, offset, length, offset + bytes.byteLength);
      return bytes;
    },

    async sibling(other) {
      if (!isBelow(other)) return undefined;
      try {
        return await openUrl(new URL(other.split("/").map(encodeURIComponent).join("/"), url).href);
      } catch (error) {
        if (isLithoscopeError(error, "NotFound")) return undefined;
        throw error;
      }
    },

    close: async () => {},
  };
}

/** The body of an answer; a connection that breaks off is NotFound, an abort Cancelled. */
async function body(answer: Answer, url: string, stop?: AbortSignal): Promise<ArrayBuffer> {
  try {
    return await answer.arrayBuffer();
  } catch (cause) {
    if (stop?.aborted) throw new LithoscopeError("Cancelled", `${url}: reading was cancelled`);
    throw new LithoscopeError("NotFound", `${url}: the connection broke off`, { path: url }, { cause });
  }
}

function decodeName(url: string): string {
  const last = new URL(url).pathname.split("/").at(-1) || url;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
