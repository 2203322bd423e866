import { formatShare } from "../../core/format.ts";

/** "39 %", "0.4 %"; what would be rounded to nothing is "< 0.1 %". */
export function shareText(share: number): string {
  return share > 0 && share < 0.0005 ? "< 0.1 %" : formatShare(share);
}

/** "+14.2 points". */
export function pointsText(share: number): string {
  return `${share < 0 ? "−" : "+"}${Math.abs(100 * share).toFixed(1)} points`;
}

/** "Layer 2", "Pooler and classifier". */
export function layerWord(layer: number | null): string {
  return layer === null ? "Pooler and classifier" : `Layer ${layer + 1}`;
}

/** "Layer 2", "Outside": the same where room is short. */
export function shortLayerWord(layer: number | null): string {
  return layer === null ? "Outside" : layerWord(layer);
}
