import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/** Who may import whom (house-style §3); a folder may always import itself. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: [],
  math: ["core"],
  science: ["core", "math"],
  kernels: ["core"],
  sources: ["core"],
  formats: ["core", "math", "science", "kernels"],
  analyses: ["core", "math", "science", "kernels"],
  recipes: ["core", "formats/index", "analyses/index"],
  executors: ["core", "sources", "formats/index", "analyses/index"],
  figures: ["core", "math", "science"],
  reports: ["core", "figures", "recipes"],
};
const SHELLS = ["cli", "server", "app"];
const MAX_LINES = 400;

const SRC = fileURLToPath(new URL("../src", import.meta.url));

interface File {
  /** Path below src with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

function importsOf(text: string): string[] {
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^;"']*?from\s*"([^"]+)"|\bimport\s*\(?\s*"([^"]+)"/g,
  );
  return [...found].map((match) => (match[1] ?? match[2])!);
}

const FILES: readonly File[] = readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts"))
  .map((entry) => relative(SRC, join(entry.parentPath, entry.name)).split(sep).join("/"))
  .filter((path) => !/\.(test|gen)\.ts$/.test(path) && !path.startsWith("kernels-as/"))
  .map((path) => {
    const text = readFileSync(join(SRC, path), "utf8");
    return { path, text, imports: importsOf(text) };
  });

const folderOf = (path: string) => path.split("/")[0]!;
const isShell = (path: string) => !path.includes("/") || SHELLS.includes(folderOf(path));

/** Path below src of a relative import; undefined for packages and files outside src. */
function target(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const path = relative(SRC, join(SRC, dirname(from), specifier))
    .split(sep)
    .join("/");
  return path.startsWith("../") ? undefined : path;
}

function mayImport(from: string, to: string): boolean {
  const [source, other] = [folderOf(from), folderOf(to)];
  if (source === other) return source !== "formats" && source !== "analyses" ? true : !siblings(from, to);
  if (!to.includes("/")) return false;
  if (SHELLS.includes(source)) return !SHELLS.includes(other);
  return (ALLOWED[source] ?? []).some((name) => name === other || to.startsWith(`${name}.`));
}

/** True for files of two different ids; the files at the top of the folder, such as the list, see every id. */
function siblings(from: string, to: string): boolean {
  const [a, b] = [dirname(from), dirname(to)];
  if (a === folderOf(from) || b === folderOf(to)) return false;
  return a !== b && !a.startsWith(`${b}/`) && !b.startsWith(`${a}/`);
}

/** The package of a bare specifier: "@scope/name/sub" is "@scope/name". */
function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

describe("the source tree", () => {
  it("has only folders that the table names", () => {
    const known = [...Object.keys(ALLOWED), ...SHELLS];
    const folders = FILES.filter(({ path }) => path.includes("/")).map(({ path }) => folderOf(path));
    expect([...new Set(folders)].filter((folder) => !known.includes(folder))).toEqual([]);
  });

  it("imports along the table", () => {
    const wrong = FILES.filter(({ path }) => path.includes("/")).flatMap(({ path, imports }) =>
      imports
        .map((specifier) => target(path, specifier))
        .filter((to) => to !== undefined && !mayImport(path, to))
        .map((to) => `${path} -> ${to}`),
    );
    expect(wrong).toEqual([]);
  });

  it("touches Node only in *.node.ts and the shells", () => {
    const wrong = FILES.filter(
      ({ path, imports }) =>
        !isShell(path) && !path.endsWith(".node.ts") && imports.some((name) => name.startsWith("node:")),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it("has no chance, clock or console in the engine", () => {
    const wrong = FILES.filter(
      ({ path, text }) => !isShell(path) && /\bMath\.random\b|\bDate\.now\b|\bconsole\./.test(text),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it(`keeps files within ${MAX_LINES} lines`, () => {
    const long = FILES.filter(({ text }) => text.trimEnd().split("\n").length > MAX_LINES);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it("imports a library in one file only, and every library has its line in docs/dependencies.md", () => {
    const users = new Map<string, Set<string>>();
    for (const { path, imports } of FILES) {
      if (folderOf(path) === "app") continue;
      for (const specifier of imports) {
        if (specifier.startsWith(".") || specifier.startsWith("node:")) continue;
        const name = packageOf(specifier);
        users.set(name, (users.get(name) ?? new Set()).add(path));
      }
    }
    const shared = [...users].filter(([, files]) => files.size > 1);
    expect(shared.map(([name, files]) => `${name}: ${[...files].join(", ")}`)).toEqual([]);
    const root = new URL("../", import.meta.url);
    const pkg = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
    const docs = readFileSync(new URL("docs/dependencies.md", root), "utf8");
    const listed = Object.keys(pkg.dependencies ?? {});
    expect([...users.keys()].filter((name) => !listed.includes(name))).toEqual([]);
    const all = [...listed, ...Object.keys(pkg.devDependencies)];
    expect(all.filter((name) => !docs.includes(`\`${name}\``))).toEqual([]);
  });
});
