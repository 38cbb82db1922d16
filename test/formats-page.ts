import type { Format, Writer } from "../src/core/contracts.ts";

const HEADING = "## In the list of formats";
const CELLS = 5;

/** Rows of the table "In the list of formats" of a format's README: what, versions, read, not read, checked. */
export function listedRows(id: string, readme: string): string[][] {
  const lines = readme.slice(readme.indexOf(HEADING)).split("\n");
  const rows = lines.filter((line) => line.startsWith("| ")).slice(2);
  if (!readme.includes(HEADING) || rows.length === 0)
    throw new Error(
      `src/formats/${id}/README.md: write a table below "${HEADING}", as its neighbours have it`,
    );
  return rows.map((line) => {
    const cells = line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (cells.length !== CELLS || cells[0] === "" || cells[4] === "")
      throw new Error(
        `src/formats/${id}/README.md: wanted ${CELLS} cells, what and checked filled, in "${line}"`,
      );
    return cells;
  });
}

/** The page docs/formats.md from the manifests, the READMEs beside them and the writers. */
export function formatsPage(
  formats: readonly Format[],
  writers: readonly Writer[],
  readmeOf: (id: string) => string,
): string {
  const rows = formats.flatMap(({ id, extensions }) =>
    listedRows(id, readmeOf(id)).map((cells, i) => {
      const first = i === 0 ? `[${id}](../src/formats/${id}/README.md) | ${extensions.join(" ")}` : " | ";
      return `| ${first} | ${cells.join(" | ")} |`.replaceAll(/\| +(?=\|)/g, "| ");
    }),
  );
  const written = writers.map(({ title, extensions }) => `${title} (${extensions.join(" ")})`);
  return `# Formats

Made by \`npm run docs:formats\` from the manifests \`src/formats/<id>/format.ts\` and the table at the end of each README; do not edit.

Content decides which format a file is, its name only breaks ties. *Real files* were written by instruments and are compared with independent readers value by value (\`npm run check:data\`, \`test/real\`); *own fixtures* are made by the scripts of \`fixtures/make\`, after the public specification where no real file was at hand. Every reader also keeps the contract of \`test/contracts\` and is fuzzed (\`npm run fuzz\`).

| format | names | what | versions seen | read | not read | checked |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}

Written by \`convert\`: ${written.join(", ")}.

A new format: [add-a-format.md](add-a-format.md).
`;
}
