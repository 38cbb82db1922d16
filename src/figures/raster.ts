import { encode } from "fast-png";

/** A PNG of 8-bit RGB pixels, row-major. */
export function rgbPng(rgb: Uint8Array, width: number, height: number): Uint8Array {
  return encode({ width, height, data: rgb, channels: 3, depth: 8 });
}

/** A PNG of 8-bit RGBA pixels, row-major. */
export function rgbaPng(rgba: Uint8Array, width: number, height: number): Uint8Array {
  return encode({ width, height, data: rgba, channels: 4, depth: 8 });
}

/** Bytes as base64, in pieces that fit on the stack. */
export function base64(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  }
  return btoa(binary);
}

/** A PNG as an address that needs no network. */
export function dataUrl(png: Uint8Array): string {
  return `data:image/png;base64,${base64(png)}`;
}
