// Numbers of the other byte order turned round, 16 bytes at a time. Twin: src/kernels/swap.ts.

/** Turns each number of `size` bytes (2, 4 or 8) round, in place; `bytes` is a multiple of 16. */
export function swap(at: usize, bytes: i32, size: i32): void {
  const end = at + <usize>bytes;
  if (size == 2)
    for (; at < end; at += 16) {
      const x = v128.load(at);
      v128.store(at, v128.shuffle<i8>(x, x, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
    }
  else if (size == 4)
    for (; at < end; at += 16) {
      const x = v128.load(at);
      v128.store(at, v128.shuffle<i8>(x, x, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
    }
  else
    for (; at < end; at += 16) {
      const x = v128.load(at);
      v128.store(at, v128.shuffle<i8>(x, x, 7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8));
    }
}
