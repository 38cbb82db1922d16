/**
 * What a table has under a word from a file: unlike `table[word]` it finds nothing for "constructor" and the other names
 * that every object of JavaScript has.
 */
export function lookup<T>(table: Readonly<Record<string, T>>, word: string | undefined): T | undefined {
  return word !== undefined && Object.hasOwn(table, word) ? table[word] : undefined;
}
