import { SegmentedControl } from "@mantine/core";
import { useMemo, useState } from "react";
import type { CellDensity } from "../../../analysis/subnetwork/density.ts";
import { shareText, shortLayerWord } from "../../../analysis/subnetwork/words.ts";
import type { SubnetworkRecord } from "../../../contract/subnetwork.ts";
import { countOf, formatWhole } from "../../../core/format.ts";
import { comparable, coreAt, driftAt, overlapOf, whereOf } from "../../../store/results/subnetwork/figures.ts";
import { spotId, type SubnetworkScene } from "../../../store/results/subnetwork/scene.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { ChartWaiting } from "../../charts/ChartCard.tsx";
import { useArchive } from "../../charts/live.tsx";
import { CorePanel, coreHeight } from "./CorePanel.tsx";
import { DriftPanel, driftHeight, driftName } from "./DriftPanel.tsx";
import { MovingPanel, movingHeight } from "./MovingPanel.tsx";
import { OverlapPanel, overlapHeight } from "./OverlapPanel.tsx";
import { Drawing, Panel } from "./Panel.tsx";
import { cellAt, cellText, WhereLegend, WherePanel, wherePlaces } from "./WherePanel.tsx";
import textClasses from "../../kit/text.module.css";
import classes from "./SubnetworkView.module.css";

interface SceneProps {
  readonly scene: SubnetworkScene;
}

/** Where the selected weights sit. */
export function WhereCard({ scene, record }: SceneProps & { readonly record: SubnetworkRecord }) {
  const look = useSelect((state) => state.view.subnetwork);
  const { view } = useActions();
  const where = useMemo(() => whereOf(scene), [scene]);
  const [hovered, setHovered] = useState<{ readonly layer: number; readonly one: CellDensity } | null>(null);
  if (where === null) {
    return (
      <div className={classes.wide}>
        <ChartWaiting text="Where the selected weights sit will show after the first selection." />
      </div>
    );
  }
  const chosenLayer = where.layers.find(({ layer }) => layer === scene.layer);
  const all = chosenLayer === undefined ? [] : [...chosenLayer.heads, ...chosenLayer.neurons, ...chosenLayer.dims];
  const chosen = all.find((one) => one !== null && spotId(one.cell) === look.spot) ?? null;
  const shown =
    hovered ?? (chosen === null || chosenLayer === undefined ? null : { layer: chosenLayer.layer, one: chosen });
  // What a pointer rests on is of the stop that it came at.
  const now =
    shown === null
      ? null
      : (where.layers.find(({ layer }) => layer === shown.layer)?.[listOf(shown.one)][shown.one.cell.index] ?? null);
  const { headCount } = record;
  return (
    <div className={classes.wide}>
      <Panel
        title={`Where the ${Math.round(100 * where.share)} % sits`}
        about="share selected minus that of a random mask; what a random mask would show stays paper-grey"
      >
        <Drawing
          label={`How densely ${countOf(headCount, "head")}, neurons and dimensions of ${countOf(where.layers.length, "layer")} are selected. Show as table has the numbers.`}
          height={(width) => wherePlaces(where, width).height}
          onPoint={(at) => setHovered(at === null ? null : cellAt(where, at[2], at[0], at[1]))}
          onPick={(x, y, width) => {
            const found = cellAt(where, width, x, y);
            if (found !== null) view.look({ layer: found.layer, spot: spotId(found.one.cell), block: 0 });
          }}
        >
          {(width) => (
            <WherePanel
              {...where}
              width={width}
              chosen={
                chosen === null || chosenLayer === undefined ? null : { layer: chosenLayer.layer, cell: chosen.cell }
              }
            />
          )}
        </Drawing>
        <div className={classes.under}>
          <svg
            width={200}
            height={30}
            role="img"
            aria-label={`Colours from ${Math.round(100 * where.limit)} points below to as many above`}
          >
            <WhereLegend limit={where.limit} />
          </svg>
          <p className={classes.readout}>{shown === null || now === null ? "" : cellText(shown.layer, now)}</p>
        </div>
      </Panel>
    </div>
  );
}

function listOf({ cell: { kind } }: CellDensity): "heads" | "neurons" | "dims" {
  return kind === "head" ? "heads" : kind;
}

/** Whether the selection still moves. */
export function MovingCard({ scene: { drawn, once, movement, stop, stops, layer } }: SceneProps) {
  const chance = 1 - drawn.share;
  const last = movement.at(-1);
  return (
    <Panel title="Is it still moving?" about="share of the selection swapped since the cycle before">
      {movement.length === 0 || last === undefined ? (
        <ChartWaiting text={once ? onceText(stops[0]?.step ?? 0) : "Two selections are needed to see what moves."} />
      ) : (
        <Drawing
          label={`Swapped per cycle, ${movement.map(({ cycle, swapped }) => `${cycle + 1}: ${shareText(swapped)}`).join(", ")}; a fresh random mask swaps ${shareText(chance)}.`}
          height={() => movingHeight}
        >
          {(width) => <MovingPanel {...{ movement, chance, width }} cycle={stop?.cycle ?? null} chosen={layer} />}
        </Drawing>
      )}
    </Panel>
  );
}

function onceText(step: number): string {
  const when = step === 0 ? "before the first step" : `in step ${formatWhole(step)}`;
  return `The weights were chosen once, ${when}, and stay chosen: nothing moves.`;
}

/** What the core and the drift are of. */
function ScopeControl({ layer }: Pick<SubnetworkScene, "layer">) {
  const scope = useSelect((state) => state.view.subnetwork.scope);
  const { view } = useActions();
  return (
    <SegmentedControl
      aria-label="What the core and the drift are of"
      data={[
        { value: "all", label: "All layers" },
        { value: "layer", label: shortLayerWord(layer) },
      ]}
      value={scope}
      onChange={(value) => view.look({ scope: value === "layer" ? "layer" : "all" })}
    />
  );
}

/** Which weights are selected again and again. */
export function CoreCard({ scene }: SceneProps) {
  const scope = useSelect((state) => state.view.subnetwork.scope);
  const core = useMemo(() => coreAt(scene, scope), [scene, scope]);
  return (
    <Panel
      title="The core"
      about="weights by how many cycles selected them; ticks: random masks"
      controls={<ScopeControl layer={scene.layer} />}
    >
      {core === null || core.shares.length < 3 ? (
        <ChartWaiting
          text={scene.once ? "One selection: a weight is in it or not." : "Counts begin with the second selection."}
        />
      ) : (
        <Drawing
          label={`Of ${formatWhole(core.size)} weights, by times selected: ${core.shares.map((share, times) => `${times}: ${shareText(share)} (chance ${shareText(core.chance[times] ?? 0)})`).join(", ")}.`}
          height={() => coreHeight}
        >
          {(width) => <CorePanel core={core} width={width} />}
        </Drawing>
      )}
    </Panel>
  );
}

/** Whether other seeds and methods select the same weights. */
export function OverlapCard({ scene: { run } }: SceneProps) {
  const runs = useArchive();
  const overlaps = useSelect((state) => state.experiment.overlaps);
  const wanted = useSelect((state) => state.view.subnetwork.among);
  const { view } = useActions();
  const choices = comparable(runs, overlaps, run);
  const among = choices.includes(wanted) ? wanted : (choices[0] ?? wanted);
  const table = overlapOf(runs, overlaps, run, among);
  const chances = table === null ? [] : table.chance.flatMap((row, at) => row.filter((_, other) => other !== at));
  const [low, high] = [Math.min(...chances), Math.max(...chances)];
  const range = high - low < 0.005 ? low.toFixed(2) : `${low.toFixed(2)} to ${high.toFixed(2)}`;
  return (
    <Panel
      title="In other runs"
      about="Jaccard index of the last selections"
      controls={
        choices.length > 1 && (
          <SegmentedControl
            aria-label="Runs to compare"
            data={[
              { value: "seeds", label: "Seeds" },
              { value: "methods", label: "Methods" },
            ]}
            value={among}
            onChange={(value) => view.look({ among: value === "methods" ? "methods" : "seeds" })}
          />
        )
      }
    >
      {table === null ? (
        <ChartWaiting text="Two completed runs are needed to compare them." />
      ) : (
        <>
          <Drawing
            label={`Jaccard index by pairs: ${pairsText(table.names, table.values)}. Chance: ${range}.`}
            height={() => overlapHeight(table)}
          >
            {(width) => <OverlapPanel table={table} width={width} />}
          </Drawing>
          <p className={textClasses.hint}>
            Chance, two random masks: {range}.{table.leftOut > 0 && ` ${countOf(table.leftOut, "more run")} left out.`}
          </p>
        </>
      )}
    </Panel>
  );
}

function pairsText(names: readonly string[], values: readonly (readonly (number | null)[])[]): string {
  const pairs = names.flatMap((name, at) =>
    names
      .slice(at + 1)
      .map((other, after) => `${name} and ${other} ${values[at]?.[at + 1 + after]?.toFixed(2) ?? "unknown"}`),
  );
  return pairs.join(", ");
}

/** How far the weights went. */
export function DriftCard({ scene }: SceneProps) {
  const runs = useArchive();
  const scope = useSelect((state) => state.view.subnetwork.scope);
  const drift = useMemo(() => driftAt(runs, scene, scope), [runs, scene, scope]);
  const reference = drift?.reference ?? null;
  return (
    <Panel
      title="Drift"
      about={`‖W − W0‖ / ‖W0‖${scope === "all" ? ", mean over matrices" : ""}`}
      controls={<ScopeControl layer={scene.layer} />}
    >
      {drift === null || drift.rows.length === 0 ? (
        <ChartWaiting text="What moved will show after the first selection." />
      ) : (
        <>
          <Drawing
            label={drift.rows
              .map(
                (row) =>
                  `${driftName(row)}: selected ${valueText(row.selected)}, left out ${valueText(row.leftOut)}${reference === null ? "" : `, ${reference.label} ${valueText(row.reference)}`}`,
              )
              .join("; ")}
            height={() => driftHeight(drift.rows)}
          >
            {(width) => (
              <DriftPanel rows={drift.rows} most={drift.most} reference={reference?.label ?? null} width={width} />
            )}
          </Drawing>
          {reference !== null && (
            <p className={textClasses.hint}>
              {reference.label}: all weights, same seed, at step {formatWhole(reference.step)}.
            </p>
          )}
        </>
      )}
    </Panel>
  );
}

function valueText(value: number | null): string {
  return value === null ? "none" : value.toPrecision(2);
}
