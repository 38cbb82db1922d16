import type { Page } from "playwright-core";

/** Drops files onto the page, as a person does from the desktop. */
export async function dropFiles(
  page: Page,
  files: readonly { readonly name: string; readonly bytes: Uint8Array | string }[],
): Promise<void> {
  const plain = files.map(({ name, bytes }) => ({
    name,
    text: Buffer.from(bytes as Uint8Array).toString("base64"),
  }));
  await page.evaluate((given) => {
    const dropped = new DataTransfer();
    for (const { name, text } of given) {
      const content = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      dropped.items.add(new File([content], name));
    }
    document.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, cancelable: true }));
  }, plain);
}
