import type { Cell } from "../../analysis/grids/cells.ts";
import { innerTicks } from "../../analysis/drawing/ticks.ts";
import { overlapsOfCells, type CellOverlap } from "../../analysis/subnetwork/overlap.ts";
import type { RunRecord } from "../../contract/run.ts";
import { countOf, formatFixed } from "../../core/format.ts";
import { html, type Markup } from "../markup.ts";
import { along, dot, rowsPlot, type Axis, type PlotRow } from "../plots.ts";
import type { Subject } from "../subject.ts";
import { folded, named, table } from "../tables.ts";

/** Pairs of methods that are drawn; the table has all. */
const mostRows = 16;
/** Dots of a row. */
const mostDots = 100;

/** Whether other seeds and other methods select the same weights. */
export function overlapPart(subject: Subject, cells: readonly Cell<RunRecord>[]): Markup | null {
  const { overlaps } = subject.result;
  const all = overlaps === null ? [] : overlapsOfCells(cells, overlaps).slice(0, 200);
  if (all.length === 0) return null;
  const axis: Axis = { ...innerTicks(0, 1, 5), format: (tick) => formatFixed(tick, 1) };
  const rows = all.map((one) => [
    nameOf(subject, one),
    formatFixed(one.mean, 3),
    rangeOf(one),
    formatFixed(one.chance, 3),
    String(one.pairs.length),
  ]);
  const heads = ["Runs", "Jaccard index, mean", "Range", "Chance", "Pairs"];
  return html`<div class="part">
    <h3>In other runs</h3>
    <p class="about">
      Jaccard index of the last selections of two runs: what both select, as a share of what either selects. A dot a
      pair of runs: of one method with two seeds, of two methods with one seed. Dashed: two random masks.
    </p>
    ${rowsPlot(
      all.slice(0, mostRows).map((one) => rowOf(subject, one, axis)),
      axis,
      26,
    )}${folded("The same in figures", table({ label: "Jaccard index of the last selections", heads, rows }))}
  </div>`;
}

function nameOf({ nameOf: name }: Subject, { one, other }: CellOverlap): string {
  return one === other ? `${name(one)}, over seeds` : `${name(one)} and ${name(other)}`;
}

function rangeOf({ pairs }: CellOverlap): string {
  const values = pairs.map(({ jaccard }) => jaccard).sort((a, b) => a - b);
  return `${formatFixed(values[0] ?? 0, 3)} to ${formatFixed(values.at(-1) ?? 0, 3)}`;
}

function rowOf(subject: Subject, overlap: CellOverlap, axis: Axis): PlotRow {
  const { one, other, pairs, mean, chance } = overlap;
  const [look, its] = [subject.look(one.method), subject.look(other.method)];
  const name = nameOf(subject, overlap);
  const dots = pairs.slice(0, mostDots).map((pair, index) => {
    const seeds = one === other ? `Seeds ${pair.one.seed} and ${pair.other.seed}` : `Seed ${pair.one.seed}`;
    const title = `${seeds}: ${formatFixed(pair.jaccard, 3)}`;
    return dot(look.shape, along(axis, pair.jaccard), 50 + ((index % 5) - 2) * 8, look.color, title);
  });
  const head =
    one === other
      ? named(look, name)
      : html`${named(look, subject.nameOf(one))} and ${named(its, subject.nameOf(other))}`;
  return {
    head: html`<p class="reading">
      <span>${head}</span><i>${formatFixed(mean, 2)}, chance ${formatFixed(chance, 2)}</i>
    </p>`,
    label: `${name}: mean ${formatFixed(mean, 3)} over ${countOf(pairs.length, "pair")}, chance ${formatFixed(chance, 3)}`,
    drawing: [
      html`<line class="chance" x1="${along(axis, chance)}%" x2="${along(axis, chance)}%" y1="0" y2="100%" />`,
      ...dots,
    ],
  };
}
