/** Numbers out of the bytes of a text, without a string for each. */

const MINUS = 45;
const PLUS = 43;
const ZERO = 48;
const NINE = 57;
const QUOTE = 34;
/** Powers of ten that a double holds exactly. */
const TENS = Float64Array.from({ length: 23 }, (_, k) => 10 ** k);
/** Digits that a double holds exactly. */
const EXACT_DIGITS = 15;

const isBlank = (byte: number): boolean => byte === 32 || byte === 9 || byte === 13;

/**
 * The number between two bytes; NaN for an empty cell and for text. Up to 15 digits and powers of ten up to 22 one product
 * or quotient is exact to the last bit; longer numbers are read as JavaScript reads them.
 *
 * @param decimal byte of the decimal sign
 */
export function numberAt(bytes: Uint8Array, from: number, to: number, decimal: number): number {
  while (from < to && isBlank(bytes[from]!)) from++;
  while (to > from && isBlank(bytes[to - 1]!)) to--;
  if (to - from >= 2 && bytes[from] === QUOTE && bytes[to - 1] === QUOTE) {
    from++;
    to--;
  }
  if (from === to) return Number.NaN;
  let at = from;
  const negative = bytes[at] === MINUS;
  if (negative || bytes[at] === PLUS) at++;
  let [mantissa, digits, power, seen] = [0, 0, 0, 0];
  for (let behind = false; at < to; at++) {
    const byte = bytes[at]!;
    if (byte >= ZERO && byte <= NINE) {
      mantissa = 10 * mantissa + byte - ZERO;
      seen++;
      if (mantissa > 0) digits++;
      if (behind) power--;
    } else if (byte === decimal && !behind) behind = true;
    else break;
  }
  if (seen === 0) return Number.NaN;
  if (at < to) {
    // "e" or "d", a sign, digits.
    const letter = bytes[at]! | 32;
    if (letter !== 101 && letter !== 100) return Number.NaN;
    at++;
    const down = bytes[at] === MINUS;
    if (down || bytes[at] === PLUS) at++;
    let [exponent, count] = [0, 0];
    for (; at < to; at++, count++) {
      const byte = bytes[at]!;
      if (byte < ZERO || byte > NINE) return Number.NaN;
      exponent = 10 * exponent + byte - ZERO;
    }
    if (count === 0) return Number.NaN;
    power += down ? -exponent : exponent;
  }
  if (digits > EXACT_DIGITS || power > 22 || power < -22) return slowly(bytes, from, to, decimal);
  const size = power < 0 ? mantissa / TENS[-power]! : mantissa * TENS[power]!;
  return negative ? -size : size;
}

function slowly(bytes: Uint8Array, from: number, to: number, decimal: number): number {
  let text = "";
  for (let i = from; i < to; i++) {
    const letter = bytes[i] === decimal ? "." : String.fromCharCode(bytes[i]!);
    text += letter === "d" || letter === "D" ? "e" : letter;
  }
  return Number(text);
}

/**
 * Begin and end of cell `wanted` of the line that begins at `from`; separators inside quotes part nothing.
 *
 * @param separator byte between cells; 32 stands for runs of blanks and tabs
 * @returns the end of the line (its line feed, or the end of the bytes) as third number; begin −1 where the line has no such cell
 */
export function findCell(
  bytes: Uint8Array,
  from: number,
  wanted: number,
  separator: number,
  place: { begin: number; end: number; next: number },
): void {
  const runs = separator === 32;
  let at = from;
  let cell = 0;
  place.begin = -1;
  if (runs) while (at < bytes.length && (bytes[at] === 32 || bytes[at] === 9)) at++;
  let begin = at;
  const size = bytes.length;
  for (; at < size; at++) {
    const byte = bytes[at]!;
    if (byte === 10) break;
    if (byte === QUOTE && at === begin) {
      at++;
      while (at < size && bytes[at] !== QUOTE && bytes[at] !== 10) at++;
      if (at >= size || bytes[at] === 10) break;
      continue;
    }
    if (byte !== separator && !(runs && byte === 9)) continue;
    if (cell === wanted) {
      place.begin = begin;
      place.end = at;
      // The rest of the line is of no interest: the next line feed ends it.
      const feed = bytes.indexOf(10, at);
      place.next = feed < 0 ? size : feed;
      return;
    }
    if (runs) while (at + 1 < size && (bytes[at + 1] === 32 || bytes[at + 1] === 9)) at++;
    cell++;
    begin = at + 1;
  }
  if (cell === wanted) {
    place.begin = begin;
    place.end = at;
  }
  place.next = at;
}

/**
 * Numbers of one column from whole lines of a text without quotes, until the bytes or the rows end. Lines without anything
 * are no rows; a line that is too short has no value.
 *
 * @param separator byte between cells, not the blank
 * @param values filled from the index `from` on
 * @returns how many rows were read
 */
export function readColumn(
  bytes: Uint8Array,
  column: number,
  separator: number,
  decimal: number,
  values: Float64Array,
  from: number,
): number {
  const size = bytes.length;
  const limit = values.length;
  let row = from;
  let at = 0;
  while (at < size && row < limit) {
    const start = at;
    let cell = 0;
    while (cell < column && at < size) {
      const byte = bytes[at]!;
      if (byte === 10) break;
      if (byte === separator) cell++;
      at++;
    }
    const begin = at;
    let value = Number.NaN;
    if (cell === column) {
      const negative = at < size && bytes[at] === MINUS;
      if (negative) at++;
      let [mantissa, digits, power] = [0, 0, 0];
      let byte = at < size ? bytes[at]! : 10;
      while (byte >= ZERO && byte <= NINE) {
        mantissa = 10 * mantissa + byte - ZERO;
        digits++;
        at++;
        byte = at < size ? bytes[at]! : 10;
      }
      if (byte === decimal) {
        at++;
        byte = at < size ? bytes[at]! : 10;
        while (byte >= ZERO && byte <= NINE) {
          mantissa = 10 * mantissa + byte - ZERO;
          digits++;
          power++;
          at++;
          byte = at < size ? bytes[at]! : 10;
        }
      }
      // Plain numbers of few digits here; exponents, blanks, long numbers and words as `numberAt` reads them.
      const plain = byte === separator || byte === 10 || byte === 13;
      if (plain && digits > 0 && digits <= EXACT_DIGITS) {
        value = mantissa / TENS[power]!;
        if (negative) value = -value;
      } else {
        while (at < size && bytes[at] !== separator && bytes[at] !== 10) at++;
        value = numberAt(bytes, begin, at, decimal);
      }
    }
    while (at < size && bytes[at] !== 10) at++;
    const empty = at === start || (at === start + 1 && bytes[start] === 13);
    if (!empty) values[row++] = value;
    at++;
  }
  return row - from;
}
