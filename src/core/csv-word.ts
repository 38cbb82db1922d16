/** What a table program would run as a formula, with the apostrophes that already keep it from that. */
const FORMULA = /^'*[=+\-@\t\r]/;

/**
 * Words as a field of CSV. Names in files come from anybody: what a table program would take for a formula gets an
 * apostrophe in front, which it does not show; words that are a number stay. Quoted where RFC 4180 asks for it.
 */
export function csvWord(value: string): string {
  const safe = FORMULA.test(value) && !Number.isFinite(Number(value)) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The words behind an unquoted field that `csvWord` wrote. */
export function wordOfCsv(field: string): string {
  return field.startsWith("'") && FORMULA.test(field) ? field.slice(1) : field;
}
