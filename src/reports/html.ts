/** Text for a page: markup escaped, also inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
    .replace(/'/g, "&#39;");
}

/** JSON that may stand inside a script element: no "<", no number that is not finite. */
export function scriptJson(value: unknown): string {
  return jsonOf(value)
    .replace(/</g, "\\u003c")
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029");
}

/** JSON in which a number that is not finite is null. */
export function jsonOf(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (_key, v) => (typeof v === "number" && !Number.isFinite(v) ? null : v),
    indent,
  );
}

/** A table with a caption and a header row; the first cell of each row names it. */
export function htmlTable(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: readonly number[] = [],
): string {
  const kind = (k: number) => (numbers.includes(k) ? ' class="n"' : "");
  const body = rows.map((row) => {
    const [first = "", ...rest] = row.map(escapeHtml);
    return `<tr><th scope="row">${first}</th>${rest.map((c, k) => `<td${kind(k + 1)}>${c}</td>`).join("")}</tr>`;
  });
  const top = head.map((h, k) => `<th scope="col"${kind(k)}>${escapeHtml(h)}</th>`).join("");
  return `<div class="wide"><table><caption>${escapeHtml(caption)}</caption><thead><tr>${top}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}
