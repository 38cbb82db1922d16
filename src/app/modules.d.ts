/** The bundler makes a script of the worker and gives its address. */
declare module "*?worker&url" {
  const url: string;
  export default url;
}
declare module "*.css";
/** The bundler gives the address of the file. */
declare module "*?url" {
  const url: string;
  export default url;
}
