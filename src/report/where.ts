import { densityColor } from "../analysis/drawing/density-color.ts";
import { headParts } from "../analysis/subnetwork/cells.ts";
import {
  cellName,
  colourStep,
  colourSteps,
  deviationLimit,
  type CellDensity,
  type Drawn,
  type LayerDensities,
} from "../analysis/subnetwork/density.ts";
import { layerWord, shareText } from "../analysis/subnetwork/words.ts";
import { formatFixed } from "../core/format.ts";
import { layerAxis } from "./layers.ts";
import { html, type Markup } from "./markup.ts";
import { along } from "./plots.ts";
import { table } from "./tables.ts";

type Cells = readonly (CellDensity | null)[];

/** Room between two heads, in cells. */
const headGap = 0.7;
/** Of more heads than this, parts have no letters. */
const mostLettered = 8;

/** Where the selected weights sit: a row a layer, in colours by how far from a random mask. `name`: whose they are. */
export function whereStrips(layers: readonly LayerDensities[], name: string): Markup {
  const limit = deviationLimit(layers);
  const [first] = layers;
  const end = (cells: Cells = []): number => (cells.findLast((one) => one !== null)?.cell.to ?? -1) + 1;
  const binned = (cells: Cells = []): string => (cells.length === end(cells) ? "" : ` in ${cells.length} strips`);
  const parts = [
    {
      title: "Heads",
      about: "query, key, value, output of each",
      of: (one: LayerDensities) => one.heads,
      together: headParts.length,
    },
    {
      title: "Feed-forward",
      about: `${end(first?.neurons)} neurons${binned(first?.neurons)}`,
      of: (one: LayerDensities) => one.neurons,
      together: 0,
    },
    {
      title: "Residual stream",
      about: `${end(first?.dims)} dimensions${binned(first?.dims)}`,
      of: (one: LayerDensities) => one.dims,
      together: 0,
    },
  ];
  return html`<div class="strips">
      ${parts.map(({ title, about, of, together }) =>
        strip({ title, about, label: `${name}: ${title.toLowerCase()}`, layers, of, together, limit }),
      )}
    </div>
    ${legend(limit)}`;
}

interface StripParts {
  readonly title: string;
  readonly about: string;
  readonly label: string;
  readonly layers: readonly LayerDensities[];
  readonly of: (layer: LayerDensities) => Cells;
  /** Cells between two gaps; 0 for no gaps. */
  readonly together: number;
  readonly limit: number;
}

function strip({ title, about, label, layers, of, together, limit }: StripParts): Markup {
  const axis = layerAxis(layers.map(({ layer }) => layer));
  const row = layers.length <= 4 ? 32 : layers.length <= 12 ? 24 : 16;
  const count = Math.max(1, ...layers.map((layer) => of(layer).length));
  const groups = together === 0 ? 1 : Math.max(1, Math.ceil(count / together));
  const left = (index: number): number => index + (together === 0 ? 0 : Math.floor(index / together) * headGap);
  const width = count + (groups - 1) * headGap;
  return html`<figure>
    <figcaption><b>${title}</b> ${about}</figcaption>
    <div class="lines words">
      ${together === 0 ? null : headMarks(groups, together, left, width)}
      <div class="y" aria-hidden="true">
        ${axis.ticks.map((tick) => html`<span style="top:${100 - along(axis, tick)}%">${axis.format(tick)}</span>`)}
      </div>
      <svg
        class="area"
        viewBox="0 0 ${round(width)} ${layers.length * row}"
        preserveAspectRatio="none"
        width="100%"
        height="${layers.length * row}"
        role="img"
        aria-label="${label}"
      >
        <desc>
          ${described(layers.flatMap((layer) => of(layer).flatMap((one) => (one === null ? [] : [[layer.layer, one]]))))}
        </desc>
        ${layers.map((layer, at) => rowPaths(of(layer), left, { top: at * row, height: row, limit, gap: together === 0 ? 0 : 0.1 }))}
      </svg>
    </div>
  </figure>`;
}

interface RowParts {
  readonly top: number;
  readonly height: number;
  readonly limit: number;
  readonly gap: number;
}

/** Cells of one colour are one path; those that are less than chance have a stripe, to be told without colour. */
function rowPaths(cells: Cells, left: (index: number) => number, { top, height, limit, gap }: RowParts): Markup[] {
  const paths = new Map<number, string>();
  let stripes = "";
  for (const [index, one] of cells.entries()) {
    if (one === null) continue;
    const step = colourStep(one, limit);
    const [x, wide] = [round(left(index)), round(1.02 - gap)];
    paths.set(step, `${paths.get(step) ?? ""}M${x} ${top + 2}h${wide}v${height - 4}h${-wide}z`);
    if (step < 0) stripes += `M${x} ${top + height / 2 - 1}h${wide}v2h${-wide}z`;
  }
  const cellsOfColor = [...paths].map(([step, path]) => html`<path d="${path}" style="fill:${densityColor(step)}" />`);
  return stripes === "" ? cellsOfColor : [...cellsOfColor, html`<path class="stripe" d="${stripes}" />`];
}

function round(value: number): number {
  return Number(value.toFixed(2));
}

/** The heads' numbers, and the letters of their parts where there is room. */
function headMarks(heads: number, together: number, left: (index: number) => number, width: number): Markup {
  const at = (cell: number): number => round(((left(Math.floor(cell)) + (cell % 1) + 0.45) / width) * 100);
  const every = Math.ceil(heads / 12);
  const numbers = Array.from({ length: heads }, (_, head) =>
    head % every === 0
      ? html`<span style="left:${at(head * together + together / 2 - 0.5)}%">${head + 1}</span>`
      : null,
  );
  const letters = Array.from({ length: heads > mostLettered ? 0 : heads * together }, (_, cell) => {
    const part = headParts[cell % together];
    return html`<i style="left:${at(cell)}%">${part === "context" ? "o" : (part ?? "").slice(0, 1)}</i>`;
  });
  return html`<div class="x heads${letters.length > 0 ? " lettered" : ""}" aria-hidden="true">
    ${numbers}${letters}
  </div>`;
}

/** What somebody hears who does not see the colours. */
function described(cells: readonly (readonly [number, CellDensity])[]): string {
  const notable = cells.filter(([, one]) => one.notable);
  const sorted = notable.toSorted(([, a], [, b]) => b.deviation - a.deviation);
  const [most, least] = [sorted[0], sorted.at(-1)];
  if (most === undefined || least === undefined) return "No place is told from a random mask.";
  const text = ([layer, one]: readonly [number, CellDensity]): string =>
    `${layerWord(layer)}, ${cellName(one.cell)}, ${shareText(one.density)}`;
  return `${notable.length} of ${cells.length} places are told from a random mask. Densest: ${text(most)}; least: ${text(least)}.`;
}

function legend(limit: number): Markup {
  const steps = Array.from({ length: 2 * colourSteps + 1 }, (_, at) => at - colourSteps);
  const end = `${formatFixed(limit * 100, 0)} points`;
  return html`<p class="scale">
    <span>−${end}, striped</span>
    <svg width="198" height="12" role="img" aria-label="Colours from ${end} below a random mask to as many above">
      ${steps.map((step, at) => html`<rect x="${at * 18}" width="18.3" height="12" style="fill:${densityColor(step)}" />`)}
      <rect class="stripe" y="5" width="${colourSteps * 18}" height="2" />
    </svg>
    <span>+${end}; grey: as a random mask</span>
  </p>`;
}

/** The same in figures: share selected in percent, a row a place and a column a layer. */
export function whereTable(layers: readonly LayerDensities[], { share }: Drawn, label: string): Markup {
  const rowsOf = (of: (layer: LayerDensities) => Cells): (readonly string[])[] => {
    const longest = Math.max(0, ...layers.map((layer) => of(layer).length));
    return Array.from({ length: longest }, (_, index) => {
      const cells = layers.map((layer) => of(layer)[index] ?? null);
      const first = cells.find((one) => one !== null);
      if (!first) return [];
      const chance = `${formatFixed(share * 100, 1)} ± ${formatFixed(first.sd * 200, 1)}`;
      const values = cells.map((one) => (one === null ? "–" : formatFixed(one.density * 100, 1)));
      return [cellName(first.cell), ...values, chance];
    }).filter((row) => row.length > 0);
  };
  const rows = [...rowsOf(({ heads }) => heads), ...rowsOf(({ neurons }) => neurons), ...rowsOf(({ dims }) => dims)];
  const heads = ["Share selected, %", ...layers.map(({ layer }) => layerWord(layer)), "Random mask ± 2 sd"];
  return html`<div class="tall">${table({ label, heads, rows })}</div>`;
}
