/** "9.01 MiB", "4.02 kB": a size of a file for people. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 2 ** 20) return `${(bytes / 1000).toPrecision(3)} kB`;
  return bytes < 2 ** 30
    ? `${(bytes / 2 ** 20).toPrecision(3)} MiB`
    : `${(bytes / 2 ** 30).toPrecision(3)} GiB`;
}
