import { marksAt, niceUnit, outerTicks, tickFormat } from "../analysis/drawing/ticks.ts";
import type { MarkerShape } from "../analysis/drawing/marker.ts";
import type { Core } from "../analysis/subnetwork/core.ts";
import type { DriftRow } from "../analysis/subnetwork/drift.ts";
import { layerWord, shareText } from "../analysis/subnetwork/words.ts";
import { formatNumber, formatWhole } from "../core/format.ts";
import { layerAxis, layerHeight } from "./layers.ts";
import { html, type Markup } from "./markup.ts";
import { along, framed, markAt, shareAxis, type Axis } from "./plots.ts";
import { mark, table } from "./tables.ts";

/** Of more selections than this, counts are taken together. */
const mostBars = 60;

/** Weights that were selected so many times. */
interface Bar {
  readonly from: number;
  readonly to: number;
  readonly share: number;
  readonly chance: number;
}

function barsOf({ shares, chance }: Core): readonly Bar[] {
  const wide = Math.ceil(shares.length / mostBars);
  const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);
  return Array.from({ length: Math.ceil(shares.length / wide) }, (_, index) => {
    const [from, end] = [index * wide, Math.min(shares.length, (index + 1) * wide)];
    return { from, to: end - 1, share: sum(shares.slice(from, end)), chance: sum(chance.slice(from, end)) };
  });
}

function timesText({ from, to }: Bar): string {
  return from === to ? formatWhole(from) : `${formatWhole(from)}–${formatWhole(to)}`;
}

/** Weights by how many selections they were in, with a tick where random masks would have them. */
export function corePlot(core: Core, name: string): Markup {
  const bars = barsOf(core);
  const count = core.shares.length - 1;
  const unit = Math.max(1, niceUnit(count / 10));
  const x: Axis = { ...marksAt(-0.6, core.shares.length - 0.4, unit), format: formatWhole };
  const y = shareAxis([0, ...bars.flatMap(({ share, chance }) => [share, chance])]);
  const drawing = bars.map((bar, index) => {
    const [left, right] = [along(x, bar.from - 0.39), along(x, bar.to + 0.39)];
    const [top, tick] = [100 - along(y, bar.share), 100 - along(y, bar.chance)];
    const mixed = Math.round(35 + (65 * index) / Math.max(1, bars.length - 1));
    const style = `fill:color-mix(in oklab, var(--more) ${mixed}%, var(--as-chance))`;
    const title = `${timesText(bar)} times: ${shareText(bar.share)} of the weights (chance ${shareText(bar.chance)})`;
    return html`<rect
        x="${left}%"
        width="${round(right - left)}%"
        y="${round(top)}%"
        height="${round(Math.max(0, 100 - top))}%"
        style="${style}"
        ><title>${title}</title></rect
      ><line
        class="tick-line"
        x1="${round(left - 0.6)}%"
        x2="${round(right + 0.6)}%"
        y1="${round(tick)}%"
        y2="${round(tick)}%"
      />`;
  });
  const text = (at: number): string =>
    `${shareText(core.shares.at(at) ?? 0)} (chance ${shareText(core.chance.at(at) ?? 0)})`;
  return framed(
    {
      title: "The core",
      about: "weights by how many selections they were in; ticks: random masks",
      label: `${name}: the core`,
      says: `Of ${formatWhole(core.size)} weights, never selected: ${text(0)}; in all ${count} selections: ${text(-1)}.`,
      x,
      y,
    },
    drawing,
  );
}

function round(value: number): number {
  return Number(value.toFixed(2));
}

export function coreTable(core: Core, label: string): Markup {
  const rows = barsOf(core).map((bar) => [timesText(bar), shareText(bar.share), shareText(bar.chance)]);
  return table({ label, heads: ["Times selected", "Share of the weights", "Chance"], rows });
}

/** How far a run's weights went, and the run that it is held against. */
export interface Drift {
  readonly rows: readonly DriftRow[];
  readonly reference: { readonly name: string; readonly step: number } | null;
}

type DriftKey = "selected" | "leftOut" | "reference";

const marks: Readonly<Record<DriftKey, { readonly shape: MarkerShape; readonly style: string }>> = {
  selected: { shape: "circle", style: "fill:var(--more)" },
  leftOut: { shape: "square", style: "fill:var(--paper);stroke:var(--more);stroke-width:1.6" },
  reference: { shape: "diamond", style: "fill:var(--line-outside)" },
};

function wordsOf({ reference }: Drift): readonly (readonly [DriftKey, string])[] {
  return [
    ["selected", "selected"],
    ["leftOut", "left out"],
    ...(reference === null ? [] : [["reference", reference.name] as const]),
  ];
}

/** How far weights went from where they began, by layer. */
export function driftPlot(drift: Drift, name: string): Markup {
  const { rows, reference } = drift;
  const words = wordsOf(drift);
  const values = rows.flatMap((row) => words.flatMap(([key]) => row[key] ?? []));
  const ticks = outerTicks([0, ...values], 4);
  const x: Axis = { ...ticks, format: tickFormat(ticks) };
  const y = layerAxis(rows.map(({ layer }) => layer));
  const drawing = rows.flatMap((row, index) => {
    const middle = layerHeight(index, rows.length);
    return words.map(([key, word], at) => {
      // One above the other, so that none hides another.
      const top = round(100 - along(y, middle + (1 - at) * 0.2));
      const value = row[key];
      if (value === null || !Number.isFinite(value)) return null;
      const { shape, style } = marks[key];
      return markAt(shape, along(x, value), top, style, `${layerWord(row.layer)}, ${word}: ${formatNumber(value)}`);
    });
  });
  const says = rows.map(
    (row) => `${layerWord(row.layer)}: ${words.map(([key, word]) => `${word} ${valueText(row[key])}`).join(", ")}`,
  );
  const picture = framed(
    {
      title: "Drift",
      about: "‖W − W0‖ / ‖W0‖, mean over a layer’s matrices",
      label: `${name}: drift`,
      says: says.join("; "),
      x,
      y,
      height: Math.max(110, rows.length * (rows.length <= 12 ? 34 : 18)),
      words: true,
    },
    drawing,
  );
  const legend = words.map(
    ([key, word]) =>
      html`<span class="named"
        >${mark(marks[key].shape, marks[key].style)}${key === "reference" ? `${word}, all weights, same seed, step ${formatWhole(reference?.step ?? 0)}` : word}</span
      >`,
  );
  return html`<div>
    ${picture}
    <p class="legend small">${legend}</p>
  </div>`;
}

function valueText(value: number | null): string {
  return value === null || !Number.isFinite(value) ? "–" : formatNumber(value);
}

export function driftTable(drift: Drift, label: string): Markup {
  const words = wordsOf(drift);
  const rows = drift.rows.map((row) => [layerWord(row.layer), ...words.map(([key]) => valueText(row[key]))]);
  return table({ label, heads: ["‖W − W0‖ / ‖W0‖", ...words.map(([, word]) => word)], rows });
}
