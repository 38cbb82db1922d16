import type { Locator, Page } from "playwright-core";

/** What a file chooser is given. */
export interface GivenFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

export function given(name: string, content: Uint8Array | string): GivenFile {
  return { name, mimeType: "application/octet-stream", buffer: Buffer.from(content) };
}

/** Opens files by the button, as a person does. */
export async function pick(page: Page, ...files: GivenFile[]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.locator('.files [data-command="file.open"]').click();
  await (await chooser).setFiles(files);
}

export const panel = (page: Page, id: string): Locator => page.locator(`[data-panel="${id}"]`);
export const ready = (page: Page, id: string) =>
  page.locator(`[data-panel="${id}"][data-state="ready"]`).waitFor();
export const status = (page: Page, name: string) => page.locator(`[data-status="${name}"]`).textContent();

/** A place in an element, in shares of its width and height. */
export async function placeIn(element: Locator, x: number, y: number): Promise<[number, number]> {
  const box = (await element.boundingBox())!;
  return [box.x + x * box.width, box.y + y * box.height];
}
