import type { Cell } from "../../analysis/grids/cells.ts";
import { coreOf, type Core } from "../../analysis/subnetwork/core.ts";
import { densitiesIn, notableShare, type LayerDensities } from "../../analysis/subnetwork/density.ts";
import { driftByLayer, lookedAt, referenceRun, type DriftRow } from "../../analysis/subnetwork/drift.ts";
import { drawnOf, movementIn, watchedIn } from "../../analysis/subnetwork/run.ts";
import { subnetworkSentences } from "../../analysis/subnetwork/sentence.ts";
import type { RunRecord } from "../../contract/run.ts";
import type { SubnetworkRecord, SubnetworkSnapshot } from "../../contract/subnetwork.ts";
import { countOf, formatWhole } from "../../core/format.ts";
import { shownLayers } from "../layers.ts";
import { html, type Markup } from "../markup.ts";
import type { Subject } from "../subject.ts";
import { corePlot, coreTable, driftPlot, driftTable, type Drift } from "../subnetwork-plots.ts";
import { folded, named, section } from "../tables.ts";
import { whereStrips, whereTable } from "../where.ts";
import { overlapPart } from "./overlap.ts";

/** Methods and settings that are shown; more would make a report too large to send. */
const mostShown = 6;

/** A run whose subnetwork was watched, at its last selection. */
interface Watched {
  readonly cell: Cell<RunRecord>;
  readonly run: RunRecord;
  readonly record: SubnetworkRecord;
  readonly last: SubnetworkSnapshot;
}

/** What the selected weights are: where they sit, which stay selected, how far they went, whether other runs agree. */
export function subnetworkSection(subject: Subject): Markup {
  const watched = subject.cells.flatMap((cell) => watchedOf(cell) ?? []);
  if (watched.length === 0) return html``;
  const shown = watched.slice(0, mostShown);
  const left = watched.length - shown.length;
  const about =
    "One run of each method that selects weights, at its last selection, against random masks that keep as many." +
    (left > 0 ? ` ${countOf(left, "more setting")} not shown.` : "");
  const inside = html`${shown.map((one) => methodPart(subject, one))}${overlapPart(
    subject,
    watched.map(({ cell }) => cell),
  )}`;
  return section("subnetwork", "The subnetwork", about, inside);
}

/** Of a method's runs the first that completed, else the first that was watched at all. */
function watchedOf(cell: Cell<RunRecord>): Watched | null {
  const all = cell.runs.flatMap((run): Watched[] => {
    const record = watchedIn(run);
    const last = record?.snapshots.findLast(({ layers }) => layers.length > 0);
    return record === null || last === undefined ? [] : [{ cell, run, record, last }];
  });
  return all.find(({ run }) => run.status === "completed") ?? all[0] ?? null;
}

function methodPart(subject: Subject, watched: Watched): Markup {
  const { cell, run, record, last } = watched;
  const drawn = drawnOf(run);
  const among = shownLayers(last.places.map(({ layer }) => layer));
  const where = densitiesIn(record, last, drawn).filter(({ layer }) => among.includes(layer));
  const core = coreOf(last, drawn.share);
  const drift = driftOf(subject, watched);
  const name = `${subject.nameOf(cell)}, seed ${run.seed}`;
  const pictures = [
    ...(core !== null && core.shares.length > 2 ? [corePlot(core, name)] : []),
    ...(drift.rows.length > 0 ? [driftPlot(drift, name)] : []),
  ];
  const tables = html`${where.length === 0 ? null : whereTable(where, drawn, `${name}: share selected by place`)}
  ${core === null ? null : coreTable(core, `${name}: weights by times selected`)}
  ${drift.rows.length === 0 ? null : driftTable(drift, `${name}: drift by layer`)}`;
  return html`<div class="part">
    <h3>${named(subject.look(cell.method), name)}</h3>
    <p class="says"><i>${stopText(run, last)}.</i> ${saysOf(watched, where, core)}</p>
    ${where.length === 0 ? null : whereStrips(where, name)}
    <div class="pair">${pictures}</div>
    ${folded("The same in figures", tables)}
  </div>`;
}

/** "Selection 10 of 70 % of the weights, seen after step 40". */
function stopText({ selections, subnetwork }: RunRecord, { cycle, step }: SubnetworkSnapshot): string {
  const { unit, share } = drawnOf({ selections, subnetwork });
  const of = `${Math.round(100 * share)} % of the ${unit === "column" ? "columns" : "weights"}`;
  return `Selection ${formatWhole(cycle + 1)} of ${of}, as of step ${formatWhole(step)}`;
}

function saysOf({ run, record, last }: Watched, where: readonly LayerDensities[], core: Core | null): string {
  const sentences = subnetworkSentences({
    share: drawnOf(run).share,
    once: new Set(record.snapshots.map(({ cycle }) => cycle)).size === 1,
    movement: movementIn(run).filter(({ cycle }) => cycle <= last.cycle),
    core,
    notable: where.length === 0 ? null : notableShare(where),
  });
  return sentences.join(" ");
}

function driftOf({ result, nameOf }: Subject, { run, record, last }: Watched): Drift {
  const other = referenceRun(result.runs, run);
  const reference = lookedAt(other, last.step);
  const all = driftByLayer({ matrices: record.matrices, snapshot: last }, reference);
  const known = ({ selected, leftOut }: DriftRow): boolean => selected !== null || leftOut !== null;
  const among = shownLayers(all.filter(known).map(({ layer }) => layer));
  const rows = among.flatMap((layer) => all.find((one) => one.layer === layer) ?? []);
  return {
    rows,
    reference:
      other === undefined || reference === null ? null : { name: nameOf(other), step: reference.snapshot.step },
  };
}
