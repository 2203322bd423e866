import { layerColor } from "../analysis/drawing/layer-color.ts";
import { markerShapes, type MarkerShape } from "../analysis/drawing/marker.ts";
import { evenSteps } from "../analysis/time/curves.ts";
import { layerWord, shortLayerWord } from "../analysis/subnetwork/words.ts";
import type { Axis } from "./plots.ts";
import { html, type Markup } from "./markup.ts";
import { mark } from "./tables.ts";

/** Of more layers some are shown, evenly from the first to the last. */
const mostLayers = 48;

/** Each layer once, in the order of the model; what lies outside them last. */
export function shownLayers(layers: readonly (number | null)[]): readonly (number | null)[] {
  const inside = [...new Set(layers.flatMap((layer) => layer ?? []))].sort((a, b) => a - b);
  return [...evenSteps(inside, mostLayers), ...(layers.includes(null) ? [null] : [])];
}

interface LayerLook {
  readonly color: string;
  readonly shape: MarkerShape;
}

/** How the lines of these layers look. */
export function layerLooks(layers: readonly (number | null)[]): (layer: number | null) => LayerLook {
  const inside = layers.filter((layer) => layer !== null).length;
  return (layer) => {
    const index = Math.max(0, layers.indexOf(layer));
    const shape = markerShapes[index % markerShapes.length] ?? "circle";
    return { color: layerColor(layer === null ? null : index, inside), shape };
  };
}

/** The layers' lines by name. */
export function layerLegend(layers: readonly (number | null)[]): Markup {
  const shown = shownLayers(layers);
  const looks = layerLooks(shown);
  return html`<p class="legend">
    ${shown.map((layer) => {
      const { color, shape } = looks(layer);
      return html`<span class="named">${mark(shape, `fill:${color}`)}${layerWord(layer)}</span>`;
    })}
  </p>`;
}

/** A row a layer, from the top. */
export function layerAxis(layers: readonly (number | null)[]): Axis {
  const count = layers.length;
  return {
    domain: [0, Math.max(1, count)],
    ticks: layers.map((_, index) => layerHeight(index, count)),
    unit: 1,
    format: (tick) => shortLayerWord(layers[Math.round(count - tick - 0.5)] ?? null),
  };
}

/** Where the row of a layer stands on that axis. */
export function layerHeight(index: number, count: number): number {
  return count - index - 0.5;
}
