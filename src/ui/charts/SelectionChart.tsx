import { NativeSelect, SegmentedControl, Slider, VisuallyHidden } from "@mantine/core";
import { useMemo } from "react";
import { selectionMap, type MapCell, type SelectionMap } from "../../store/results/selection-map.ts";
import type { MapMeasure } from "../../store/results/view.ts";
import { useActions, useSelect } from "../app-context.ts";
import { useMethodLooks } from "../kit/palette.ts";
import { ScrollRegion } from "../kit/ScrollRegion.tsx";
import type { ChartTable } from "./card/chart-table.ts";
import { ChartCard, ChartWaiting } from "./ChartCard.tsx";
import { useLiveRuns } from "./live.tsx";
import textClasses from "../kit/text.module.css";
import classes from "./SelectionChart.module.css";

const measures: readonly { readonly value: MapMeasure; readonly label: string; readonly about: string }[] = [
  { value: "share", label: "Trained share", about: "Share of each weight matrix that was selected to get gradients." },
  {
    value: "overlap",
    label: "Overlap",
    about: "How much of the selection the cycle before had too (Jaccard): 1 is the same, 0 has nothing in common.",
  },
  {
    value: "threshold",
    label: "Threshold",
    about: "Score that a weight had to reach to be selected: larger where gradients are larger.",
  },
];

/** What each selection kept, by layer and matrix or by layer and cycle: a table whose cells are coloured. */
export function SelectionChart() {
  const runs = useLiveRuns();
  const view = useSelect((state) => state.view);
  const looks = useMethodLooks();
  const selected = useMemo(() => {
    const staged = runs.filter((one) => one.selections.length > 0 && !view.hidden.includes(one.method));
    const run = staged.find((one) => one.id === view.mapRun) ?? staged[0];
    return { staged, run, map: selectionMap(run?.selections ?? [], view) };
  }, [runs, view]);
  const { staged, run, map } = selected;
  const measure = measures.find((one) => one.value === view.mapMeasure);
  if (run === undefined || map === null) {
    return (
      <ChartCard wide title="What was selected" about={measure?.about} table={null}>
        <ChartWaiting text="Every method that selects is hidden: choose one in the legend." />
      </ChartCard>
    );
  }
  const cycles = map.cycle === null ? "over all cycles" : `cycle ${map.cycle + 1} of ${map.cycleCount}`;
  const options = staged.map((one) => ({ value: one.id, label: `${looks(one.method).label}, seed ${one.seed}` }));
  return (
    <ChartCard
      wide
      title="What was selected"
      about={`${looks(run.method).label}, seed ${run.seed}, ${cycles}. ${measure?.about ?? ""}`}
      table={() => tableOf(map)}
    >
      <Controls options={options} run={run.id} map={map} />
      <ScrollRegion label="Selection by layer">
        <table className={classes.map} data-narrow={map.columns.length > 12}>
          <thead>
            <tr>
              <th scope="col">Layer</th>
              {map.columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {map.rows.map((row) => (
              <tr key={row.label}>
                <th scope="row">{row.label}</th>
                {row.cells.map((cell, index) => (
                  <Cell key={index} cell={cell} map={map} measure={view.mapMeasure} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </ChartCard>
  );
}

function tableOf({ columns, rows }: SelectionMap): ChartTable {
  return {
    columns: ["Layer", ...columns],
    rows: rows.map(({ label, cells }) => [label, ...cells.map((cell) => cell?.value ?? null)]),
  };
}

function Cell({
  cell,
  map,
  measure,
}: {
  readonly cell: MapCell | null;
  readonly map: SelectionMap;
  readonly measure: MapMeasure;
}) {
  if (cell === null) {
    return (
      <td>
        <VisuallyHidden>no such matrix</VisuallyHidden>
      </td>
    );
  }
  const { value } = cell;
  if (value === null || !Number.isFinite(value)) {
    return (
      <td className={classes.none} title={cell.title}>
        –
      </td>
    );
  }
  const share = position(value, map.domain, measure);
  const background = `color-mix(in oklab, var(--heat-high) ${(share * 100).toFixed(1)}%, var(--heat-low))`;
  const text = measure === "threshold" ? value.toExponential(0) : value.toFixed(2);
  return (
    <td title={cell.title} style={{ background }} data-dark={share > 0.5}>
      <span>{text}</span>
    </td>
  );
}

/** Where a value lies between the ends of the colours; thresholds by their logarithm, for they span decades. */
function position(value: number, [low, high]: readonly [number, number], measure: MapMeasure): number {
  const of = (one: number): number => (measure === "threshold" ? Math.log10(Math.max(one, 1e-30)) : one);
  const width = of(high) - of(low);
  return width <= 0 ? 0.5 : Math.min(1, Math.max(0, (of(value) - of(low)) / width));
}

interface ControlsProps {
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly run: string;
  readonly map: SelectionMap;
}

function Controls({ options, run, map }: ControlsProps) {
  const view = useSelect((state) => state.view);
  const actions = useActions();
  return (
    <div className={classes.controls} data-picture="none">
      <NativeSelect
        aria-label="Run to look at"
        data={[...options]}
        value={run}
        onChange={(event) => actions.view.change({ mapRun: event.currentTarget.value, mapCycle: null })}
      />
      <SegmentedControl
        aria-label="What the colours show"
        data={measures.map(({ value, label }) => ({ value, label }))}
        value={view.mapMeasure}
        onChange={(value) =>
          actions.view.change({ mapMeasure: measures.find((one) => one.value === value)?.value ?? "share" })
        }
      />
      <SegmentedControl
        aria-label="Columns"
        data={[
          { value: "matrices", label: "By matrix" },
          { value: "cycles", label: "Over cycles" },
        ]}
        value={view.mapColumns}
        onChange={(value) => actions.view.change({ mapColumns: value === "cycles" ? "cycles" : "matrices" })}
      />
      {map.cycle !== null && map.cycleCount > 1 && (
        <div className={classes.cycle}>
          <span className={textClasses.soft}>
            Cycle {map.cycle + 1} of {map.cycleCount}
          </span>
          <Slider
            size="sm"
            min={1}
            max={map.cycleCount}
            value={map.cycle + 1}
            label={null}
            thumbLabel="Cycle"
            onChange={(cycle) => actions.view.change({ mapCycle: cycle === map.cycleCount ? null : cycle - 1 })}
          />
        </div>
      )}
    </div>
  );
}
