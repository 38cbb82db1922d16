/** Rows in the order of their values, the least first; without a value (NaN, "") last; equal ones as they stand. */
export function sortedRows(values: ArrayLike<number> | readonly string[], falls: boolean): Uint32Array {
  const rows = Uint32Array.from({ length: values.length }, (_, i) => i);
  const sign = falls ? -1 : 1;
  if (typeof values[0] === "string") {
    const texts = values as readonly string[];
    const compare = new Intl.Collator("en", { numeric: true }).compare;
    return rows.sort(
      (a, b) =>
        Number(texts[a] === "") - Number(texts[b] === "") || sign * compare(texts[a]!, texts[b]!) || a - b,
    );
  }
  const numbers = values as ArrayLike<number>;
  return rows.sort((a, b) => {
    const [p, q] = [numbers[a]!, numbers[b]!];
    if (Number.isNaN(p) || Number.isNaN(q)) return Number(Number.isNaN(p)) - Number(Number.isNaN(q)) || a - b;
    return p === q ? a - b : sign * (p - q);
  });
}
