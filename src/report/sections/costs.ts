import { costsOfCompleted, type Cost } from "../../analysis/costs.ts";
import { paperScores } from "../../analysis/paper.ts";
import { referenceOf } from "../../analysis/comparison/reference.ts";
import { formatBytes, formatElapsed, formatStepTime } from "../../core/format.ts";
import { html, type Markup } from "../markup.ts";
import type { Subject } from "../subject.ts";
import { folded, named, section, table } from "../tables.ts";
import { mostDrawn } from "./scores.ts";

/** What every method takes in time and memory, as multiples of the reference. */
export function costsSection(subject: Subject): Markup {
  const { result } = subject;
  const costs = costsOfCompleted(result.runs);
  const reference = referenceOf(costs);
  if (reference === undefined) return html``;
  const drawn = costs.slice(0, mostDrawn);
  const purposes = [...new Set(costs.flatMap(({ byPurpose }) => Object.keys(byPurpose)))].slice(0, 12);
  const about = `Of the runs that completed, as multiples of ${subject.look(reference.method).label}. Time includes scoring within a run; memory is what a run reserved.`;
  const paper = costs.some(({ paper: { time, memory } }) => published(time) || published(memory));
  const note = paper
    ? html`<p class="about">
        Paper, and the tick on a bar: its ratio there (tables 6 and 9), of a model of ${paperScores.size} on another
        device.
      </p>`
    : null;
  const inside = html`<div class="pair">${timeBars(subject, drawn)}${memoryBars(subject, drawn, purposes)}</div>
    ${note}${folded("All figures", figures(subject, costs, purposes))}`;
  return section("costs", "Time and memory", about, inside);
}

/** The reference's own ratio is 1 by definition and says nothing. */
function published(ratio: number | null): ratio is number {
  return ratio !== null && ratio !== 1;
}

function timeBars(subject: Subject, costs: readonly Cost[]): Markup {
  const most = Math.max(1, ...costs.flatMap(({ timeRatio, paper }) => [timeRatio ?? 0, paper.time ?? 0]));
  const bars = costs.map((cost) => {
    const { color } = subject.look(cost.method);
    const fill = html`<span
      class="fill"
      style="width:${percent((cost.timeRatio ?? 0) / most)};background:${color}"
    ></span>`;
    const step = cost.msPerStep === null ? "–" : formatStepTime(cost.msPerStep);
    return barOf(
      subject,
      cost,
      cost.timeRatio,
      `${step} a step`,
      html`${fill}${tick(cost.paper.time, most)}`,
      cost.paper.time,
    );
  });
  return html`<div>
    <h3>Time a step</h3>
    <ul class="bars">
      ${bars}
    </ul>
  </div>`;
}

function memoryBars(subject: Subject, costs: readonly Cost[], purposes: readonly string[]): Markup {
  const most = Math.max(1, ...costs.flatMap(({ memoryRatio, paper }) => [memoryRatio ?? 0, paper.memory ?? 0]));
  const bars = costs.map((cost) => {
    const width = (cost.memoryRatio ?? 0) / most;
    const parts = purposes.map((purpose, index) => {
      const share = cost.bytes === 0 ? 0 : (cost.byPurpose[purpose] ?? 0) / cost.bytes;
      return html`<span
        class="fill shade-${index % 6}"
        style="width:${percent(width * share)}"
        title="${purpose}: ${formatBytes(cost.byPurpose[purpose] ?? 0)}"
      ></span>`;
    });
    const inside = html`${parts}${tick(cost.paper.memory, most)}`;
    return barOf(subject, cost, cost.memoryRatio, formatBytes(cost.bytes), inside, cost.paper.memory);
  });
  const legend = purposes.map(
    (purpose, index) => html`<span class="named"><span class="key shade-${index % 6}"></span>${purpose}</span>`,
  );
  return html`<div>
    <h3>GPU memory</h3>
    <ul class="bars">
      ${bars}
    </ul>
    <p class="legend small">${legend}</p>
  </div>`;
}

function barOf(subject: Subject, cost: Cost, ratio: number | null, text: string, inside: Markup, paper: number | null) {
  const theirs = published(paper) ? html`<i>, paper ${paper.toFixed(2)} ×</i>` : null;
  const value = ratio === null ? "–" : `${ratio.toFixed(2)} ×`;
  return html`<li>
    <span>${named(subject.look(cost.method), subject.nameOf(cost))}</span
    ><span><b>${value}</b> <i>${text}</i>${theirs}</span><span class="track" aria-hidden="true">${inside}</span>
  </li>`;
}

function tick(paper: number | null, most: number): Markup | null {
  return published(paper) ? html`<span class="tick" style="left:${percent(paper / most)}"></span>` : null;
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}

function figures(subject: Subject, costs: readonly Cost[], purposes: readonly string[]): Markup {
  const rows = costs.map((cost) => [
    subject.nameOf(cost),
    cost.msPerRun === null ? "–" : formatElapsed(cost.msPerRun),
    cost.msPerStep === null ? "–" : formatStepTime(cost.msPerStep),
    cost.timeRatio === null ? "–" : `${cost.timeRatio.toFixed(2)} ×`,
    formatBytes(cost.bytes),
    cost.memoryRatio === null ? "–" : `${cost.memoryRatio.toFixed(2)} ×`,
    ...purposes.map((purpose) => formatBytes(cost.byPurpose[purpose] ?? 0)),
  ]);
  const heads = ["Method", "A run", "A step", "Ratio", "Memory", "Ratio", ...purposes];
  return table({ label: "Time and memory by method", heads, rows });
}
