import { NativeSelect, SegmentedControl, Slider, UnstyledButton } from "@mantine/core";
import { useMemo } from "react";
import { byMethod } from "../../../store/results/by-method.ts";
import { inPlanOrder } from "../../../store/results/method-order.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { useMethodLooks } from "../../kit/palette.ts";
import { useMetric } from "../use-metric.ts";
import { useShownAxes, useShownRuns, useShownSetting } from "../use-shown.ts";
import { Swatch } from "../../kit/Swatch.tsx";
import { AxisControls } from "./AxisControls.tsx";
import classes from "./ViewControls.module.css";

/** The legend, which hides and shows methods, and how all charts are drawn. */
export function ViewControls() {
  const runs = useSelect((state) => state.experiment.runs);
  const view = useSelect((state) => state.view);
  const actions = useActions();
  const looks = useMethodLooks();
  const { metric, metrics } = useMetric();
  const plan = useSelect((state) => state.experiment.config?.plan);
  const methods = useMemo(() => byMethod(inPlanOrder(runs, plan)).map(([method]) => method), [runs, plan]);
  const shown = useShownRuns();
  const severalSeeds = shown.length > byMethod(shown).length;
  return (
    <fieldset className={classes.view} aria-label="How the charts are drawn">
      <div className={classes.legend}>
        {methods.map((method) => (
          <UnstyledButton
            key={method}
            className={classes.item}
            aria-pressed={!view.hidden.includes(method)}
            title={view.hidden.includes(method) ? "Show in the charts" : "Hide from the charts"}
            onClick={() => actions.view.toggleMethod(method)}
          >
            <Swatch look={looks(method)} />
            {looks(method).label}
          </UnstyledButton>
        ))}
      </div>
      <div className={classes.fields}>
        <SettingSelects />
        <AxisControls />
        <div className={classes.smoothing}>
          <span id="smoothing-label">Smoothing {view.smoothing.toFixed(2)}</span>
          <Slider
            size="sm"
            min={0}
            max={0.99}
            step={0.01}
            label={null}
            thumbProps={{ "aria-labelledby": "smoothing-label" }}
            value={view.smoothing}
            onChange={(smoothing) => actions.view.change({ smoothing })}
          />
        </div>
        {metrics.length > 1 && (
          <NativeSelect
            aria-label="Score shown"
            data={metrics.map(({ id, label }) => ({ value: id, label }))}
            value={metric.id}
            onChange={(event) => actions.view.change({ metric: event.currentTarget.value })}
          />
        )}
        {severalSeeds && (
          <SegmentedControl
            aria-label="Seeds"
            data={[
              { value: "mean", label: "Mean ± std" },
              { value: "each", label: "Each seed" },
            ]}
            value={view.seeds}
            onChange={(seeds) => actions.view.change({ seeds: seeds === "each" ? "each" : "mean" })}
          />
        )}
      </div>
    </fieldset>
  );
}

/** Where in the grid the charts stand: a list an axis. */
function SettingSelects() {
  const axes = useShownAxes();
  const shown = useShownSetting();
  const chosen = useSelect((state) => state.view.setting);
  const actions = useActions();
  return axes.map(({ field, label, values, word }) => (
    <NativeSelect
      key={field}
      aria-label={`Setting shown in the charts: ${label}`}
      data={values.map((value, index) => ({ value: String(index), label: `${label}: ${word(value)}` }))}
      value={String(values.indexOf(shown[field] ?? null))}
      onChange={(event) => {
        const value = values[Number(event.currentTarget.value)] ?? null;
        actions.view.change({ setting: { ...chosen, [field]: value } });
      }}
    />
  ));
}
