/** A style sheet's text, as Vite hands it over. */
declare module "*.css?raw" {
  const text: string;
  export default text;
}
