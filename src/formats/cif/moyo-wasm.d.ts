/** The bundler turns the binary into a base64 data: URL, so that it loads without file access anywhere. */
declare module "@spglib/moyo-wasm/moyo_wasm_bg.wasm?url&inline" {
  const url: string;
  export default url;
}
