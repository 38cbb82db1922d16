declare module "h5wasm-plugins" {
  /** Address of the package, without a slash at the end. */
  export const base_url: string;
}
