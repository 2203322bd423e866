/** The colour of a layer's line, from the first to the last; grey for what lies outside the layers. */
export function layerColor(layer: number | null, layerCount: number): string {
  if (layer === null) return "var(--line-outside)";
  const depth = layerCount <= 1 ? 0 : layer / (layerCount - 1);
  return `color-mix(in oklch shorter hue, var(--line-last) ${(100 * depth).toFixed(0)}%, var(--line-first))`;
}
