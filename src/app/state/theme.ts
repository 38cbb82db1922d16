import { effect, signal } from "@preact/signals";

const KEPT = "lithoscope-theme";

/** What was chosen before; a page that may not remember has chosen nothing. */
function kept(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

/** "light" or "dark": as chosen here before, else as the system has it. */
export const theme = signal<"light" | "dark">(
  (kept() as "light" | "dark" | null) ??
    (matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark"),
);

/** Changes from light to dark and back, and remembers it. */
export function toggleTheme(): void {
  theme.value = theme.value === "dark" ? "light" : "dark";
  try {
    localStorage.setItem(KEPT, theme.value);
  } catch {
    // Without a memory it holds until the page is closed.
  }
}

/** Keeps the page in the theme. */
export function followTheme(): void {
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
  });
}
