import { NativeSelect } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useMemo } from "react";
import { choiceWarning, gridOf } from "../../../analysis/grids/grid.ts";
import { sweepFields, sweepOf, type Sweep } from "../../../analysis/grids/sweep.ts";
import { asShown } from "../../../contract/fields.ts";
import { placeText } from "../../../analysis/grids/axes.ts";
import { useActions, useSelect } from "../../app-context.ts";
import type { ChartTable } from "../../charts/card/chart-table.ts";
import { ChartCard } from "../../charts/ChartCard.tsx";
import { countOf, formatNumber, formatScore } from "../../../core/format.ts";
import { useMethodLooks, type MethodLooks } from "../../kit/palette.ts";
import { useMetric } from "../use-metric.ts";
import { useCompletedRuns, useShownAxes, useShownSetting } from "../use-shown.ts";
import { MethodName } from "../../kit/Swatch.tsx";
import { leastForBox, SweepPlot } from "./SweepPlot.tsx";
import classes from "./SweepPanel.module.css";

/** Box plots over a setting, of a grid or of several results; methods without it as lines at their mean. */
export function SweepPanel() {
  const { sweep, fields, about, warnings } = useSweep();
  const catalog = useSelect((state) => state.engine.catalog);
  const looks = useMethodLooks();
  const { metric } = useMetric();
  const { ref, width } = useElementSize();
  if (sweep === null || sweep.groups.length === 0) return null;
  const every = [...(catalog?.axes ?? []), ...(catalog?.methods.flatMap((method) => method.fields) ?? [])];
  const labelOf = (field: string): string => every.find(({ id }) => id === field)?.label ?? field;
  const label = labelOf(sweep.field);
  const field = every.find(({ id }) => id === sweep.field);
  const word = (value: number): string => formatNumber(field === undefined ? value : asShown(field, value));
  const lines = sweep.references.map(
    (one) =>
      `Line across: ${looks(one.method).label}, mean of ${countOf(one.seedCount, "seed")} ${formatScore(one.mean)}.`,
  );
  const few = sweep.groups.some(({ scores }) => scores.length < leastForBox);
  const notes = [
    ...lines,
    ...(few ? ["Under five seeds there is no box: dots and their median are what is known."] : []),
    ...warnings,
  ];
  return (
    <ChartCard
      wide
      title={`${metric.label} by ${lowered(label)}`}
      about={`${about}${metric.set === null ? "dev score" : "score"} × 100 after the last step; box: middle half of the seeds, line: median`}
      notes={notes}
      table={() => tableOf(sweep, looks, label)}
      legend={[...new Set(sweep.groups.map(({ method }) => method))].map(looks)}
      controls={
        <div className={classes.keys}>
          {fields.length > 1 && <FieldSelect fields={fields} chosen={sweep.field} labelOf={labelOf} />}
          {[...new Set(sweep.groups.map(({ method }) => method))].map((method) => (
            <MethodName key={method} look={looks(method)} />
          ))}
        </div>
      }
    >
      <div ref={ref}>
        <SweepPlot sweep={sweep} width={Math.max(240, width)} look={looks} label={label} word={word} />
      </div>
    </ChartCard>
  );
}

function tableOf({ groups, references }: Sweep, looks: MethodLooks, label: string): ChartTable {
  const across = references.map(({ method, mean, seedCount }) => {
    return [looks(method).label, null, seedCount, mean * 100, null, null, null];
  });
  const rows = groups.map(({ method, value, scores, box: { median, quartiles } }) => {
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    return [looks(method).label, value, scores.length, ...[mean, median, ...quartiles].map((score) => score * 100)];
  });
  return {
    columns: ["Method", label, "Seeds", "Mean × 100", "Median", "First quartile", "Third quartile"],
    rows: [...rows, ...across],
  };
}

interface ShownSweep {
  readonly sweep: Sweep | null;
  /** What it can be laid out by. */
  readonly fields: readonly string[];
  /** What is on show, with a closing semicolon; "" for nothing to say. */
  readonly about: string;
  readonly warnings: readonly string[];
}

/** What to lay side by side: results that were opened together, else the grid of the experiment on show. */
function useSweep(): ShownSweep {
  const opened = useSelect((state) => state.sweep.runs);
  const resultCount = useSelect((state) => state.sweep.resultCount);
  const chosen = useSelect((state) => state.view.sweepField);
  const completed = useCompletedRuns();
  const axes = useShownAxes();
  const setting = useShownSetting();
  const { metric } = useMetric();
  return useMemo(() => {
    if (opened.length > 0) {
      const about = `${resultCount} results side by side; `;
      return { sweep: sweepOf(opened, metric.id), fields: [], about, warnings: [] };
    }
    const numbers = sweepFields(completed);
    const varied = axes.map((axis) => axis.field).filter((one) => numbers.includes(one));
    const field = varied.find((one) => one === chosen) ?? varied[0];
    if (field === undefined) return { sweep: null, fields: varied, about: "", warnings: [] };
    const elsewhere = placeText(
      axes.filter((axis) => axis.field !== field),
      setting,
    );
    return {
      sweep: sweepOf(completed, metric.id, { field, at: setting }),
      fields: varied,
      about: elsewhere === "" ? "" : `at ${elsewhere}; `,
      // With more axes than one the best of all cells is told of beside the table of the grid.
      warnings: axes.length > 1 ? [] : gridOf(completed, metric.id).flatMap((grid) => choiceWarning(grid) ?? []),
    };
  }, [opened, resultCount, chosen, completed, axes, setting, metric.id]);
}

interface FieldSelectProps {
  readonly fields: readonly string[];
  readonly chosen: string;
  readonly labelOf: (field: string) => string;
}

function FieldSelect({ fields, chosen, labelOf }: FieldSelectProps) {
  const actions = useActions();
  return (
    <NativeSelect
      aria-label="Setting along the bottom"
      data={fields.map((field) => ({ value: field, label: `By ${lowered(labelOf(field))}` }))}
      value={chosen}
      onChange={(event) => actions.view.change({ sweepField: event.currentTarget.value })}
    />
  );
}

/** A label within a sentence: its first letter small, the others as they are. */
function lowered(label: string): string {
  return label.charAt(0).toLowerCase() + label.slice(1);
}
