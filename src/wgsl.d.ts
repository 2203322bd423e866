/** A shader's text, as Vite hands it over. */
declare module "*.wgsl?raw" {
  const text: string;
  export default text;
}
