import { Button, RangeSlider, SegmentedControl, Switch } from "@mantine/core";
import { epochsPerStep } from "../../../store/results/curve-rows.ts";
import { wholeAxis } from "../../../store/results/curves.ts";
import type { XUnit } from "../../../store/results/view.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { useLiveRuns } from "../../charts/live.tsx";
import { xText } from "../../charts/curves/x-text.ts";
import classes from "./ViewControls.module.css";

const units: readonly { readonly value: XUnit; readonly label: string }[] = [
  { value: "step", label: "Steps" },
  { value: "epoch", label: "Epochs" },
  { value: "second", label: "Device time" },
];

/** What the curves are drawn over, which part of it, and whether values stand by their logarithm. */
export function AxisControls() {
  const view = useSelect((state) => state.view);
  // The first evaluation tells.
  const epochsKnown = useSelect((state) => epochsPerStep(state.experiment.runs) !== null);
  const actions = useActions();
  return (
    <>
      <SegmentedControl
        aria-label="Curves over"
        title="Device time: methods at the same seconds of the device, its opening left out"
        data={units.map((unit) => ({ ...unit, disabled: unit.value === "epoch" && !epochsKnown }))}
        value={view.x}
        onChange={(x) => actions.view.setX(units.find((one) => one.value === x)?.value ?? "step")}
      />
      <Switch
        size="sm"
        label="Log y"
        classNames={{ label: classes.small ?? "" }}
        checked={view.log}
        onChange={(event) => actions.view.change({ log: event.currentTarget.checked })}
      />
      <ZoomRange />
    </>
  );
}

/** Positions of the range. */
const positions = 200;

/** The part of the axis on show: for keyboard and finger what dragging over a chart is for the mouse. */
function ZoomRange() {
  const runs = useLiveRuns();
  const { x, zoom } = useSelect((state) => state.view);
  const actions = useActions();
  const whole = wholeAxis(runs, x);
  const [from, to] = whole.ends;
  const shown = zoom ?? whole.ends;
  const size = (to - from) / positions;
  const change = ([low, high]: readonly [number, number]): void => {
    actions.view.change({ zoom: low <= from && high >= to - size / 2 ? null : [low, high] });
  };
  const words = shown.map((end) => xText(end, whole));
  return (
    <div className={classes.zoom}>
      <span>
        {zoom === null ? "All of it" : `${words[0]} to ${words[1]}`}
        {zoom !== null && (
          <Button variant="subtle" size="compact-xs" onClick={() => actions.view.change({ zoom: null })}>
            Show all
          </Button>
        )}
      </span>
      <RangeSlider
        size="sm"
        min={from}
        max={to}
        step={size}
        minRange={size}
        label={null}
        thumbFromLabel="Curves from"
        thumbToLabel="Curves to"
        thumbValueText={(value) => xText(value, whole)}
        value={[shown[0], Math.min(to, shown[1])]}
        onChange={change}
      />
    </div>
  );
}
