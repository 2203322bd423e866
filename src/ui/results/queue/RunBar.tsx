import { Button, Progress } from "@mantine/core";
import { ChartLine, Pause, Play, SlidersHorizontal, Square } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import { isActive } from "../../../store/experiment.ts";
import { progressOf, runsGoing } from "../../../store/results/progress.ts";
import { runCountOf } from "../../../contract/grid.ts";
import type { ExperimentPlan } from "../../../contract/run.ts";
import { planOf } from "../../../store/setup/plan.ts";
import { missingForRun } from "../../../store/state.ts";
import { useActions, useApp, useSelect } from "../../app-context.ts";
import { betterRate } from "../../../analysis/rates/learning-rate.ts";
import { countOf, formatNumber, formatShare } from "../../../core/format.ts";
import textClasses from "../../kit/text.module.css";
import classes from "./RunBar.module.css";

/** Id of the button that opens the set-up on a narrow page. */
export const setupButtonId = "open-setup";

/**
 * The set-up's button on a narrow page, and Run, Pause, Resume, Stop. Always in sight, but on a narrow page where nothing
 * can be run it lies over no result; over the set-up it is the way back.
 */
export function RunBar() {
  const { store } = useApp();
  const missing = useStore(store, useShallow(missingForRun));
  const active = useSelect((state) => isActive(state.experiment.status));
  const docked = useSelect(({ engine, view }) => engine.status !== "no-webgpu" || view.setupOpen);
  return (
    <section className={classes.bar} data-docked={docked} aria-label="Run">
      {active ? <MiniProgress /> : <Ready missing={missing} />}
      <div className={classes.buttons}>
        <SetupButton />
        <Go blocked={missing.length > 0} />
      </div>
    </section>
  );
}

function SetupButton() {
  const open = useSelect((state) => state.view.setupOpen);
  const actions = useActions();
  return (
    <Button
      id={setupButtonId}
      size="sm"
      className={classes.toSetup ?? ""}
      aria-expanded={open}
      aria-controls="setup"
      leftSection={open ? <ChartLine size={16} /> : <SlidersHorizontal size={16} />}
      onClick={() => actions.view.change({ setupOpen: !open })}
    >
      {open ? "Results" : "Set-up"}
    </Button>
  );
}

/** Run, Pause and Resume are one button, so that focus stays on it; what cannot be pressed now keeps focus, too. */
function Go({ blocked }: { readonly blocked: boolean }) {
  const status = useSelect((state) => state.experiment.status);
  const actions = useActions();
  const main = useRef<HTMLButtonElement>(null);
  const stopPressed = useRef(false);
  const active = isActive(status);
  const paused = status === "paused";
  const waits = active && !paused && status !== "running";
  useEffect(() => {
    if (!active && stopPressed.current) main.current?.focus({ preventScroll: true });
    stopPressed.current = false;
  }, [active]);
  function press(): void {
    if (waits) return;
    if (paused) void actions.experiment.resume();
    else if (active) void actions.experiment.pause();
    else {
      actions.view.change({ setupOpen: false });
      void actions.run();
      // The results may be far below or above.
      document.getElementById("results")?.scrollIntoView({ block: "start" });
    }
  }
  return (
    <>
      <Button
        ref={main}
        size="sm"
        variant={active && !paused ? "default" : "filled"}
        disabled={!active && blocked}
        {...(waits ? { "aria-disabled": true, "data-disabled": true } : {})}
        onClick={press}
        leftSection={active && !paused ? <Pause size={16} /> : <Play size={16} />}
        className={classes.run ?? ""}
      >
        {paused ? "Resume" : active ? "Pause" : "Run"}
      </Button>
      {active && (
        <Button
          size="sm"
          {...(status === "stopping" ? { "aria-disabled": true, "data-disabled": true } : {})}
          onClick={() => {
            stopPressed.current = true;
            if (status !== "stopping") void actions.experiment.stop();
          }}
          leftSection={<Square size={14} />}
        >
          {status === "stopping" ? "Stopping …" : "Stop"}
        </Button>
      )}
    </>
  );
}

function Ready({ missing }: { readonly missing: readonly string[] }) {
  const settings = useSelect((state) => state.settings);
  const catalog = useSelect((state) => state.engine.catalog);
  const plan = useMemo(() => (catalog === null ? null : planOf(settings, catalog).plan), [settings, catalog]);
  const { items, running } = useSelect((state) => state.lineup);
  const next = items.find(({ status }) => status === "running");
  if (running && next !== undefined) return <p className={classes.text}>{next.record.name} is being loaded.</p>;
  if (missing.length > 0 || plan === null || catalog === null) {
    return (
      <p className={classes.text}>
        <b>Before you can run:</b> {missing[0]}
        {missing.length > 1 && <span className={textClasses.soft}> (and {missing.length - 1} more)</span>}
      </p>
    );
  }
  const models = items.length > 1 ? items.length : 1;
  return (
    <div className={classes.text}>
      <p className={classes.line}>
        <b>Ready.</b> {models > 1 && `${countOf(models, "model")} × `}
        {planText(plan)} = {countOf(models * runCountOf(catalog, plan), "run")}
      </p>
      <RateWarning plan={plan} />
    </div>
  );
}

function planText({ methods, seeds, grid }: ExperimentPlan): string {
  const parts = [countOf(methods.length, "method"), countOf(seeds.length, "seed")];
  // A method that lacks a setting runs once whatever its values, so there is no product to show.
  const varied = grid.filter(({ values }) => values.length > 1).length;
  return parts.join(" × ") + (varied > 0 ? `, ${countOf(varied, "setting")} varied` : "");
}

function MiniProgress() {
  const runs = useSelect((state) => runsGoing(state.experiment));
  const { share, running, runsEnded, runsPlanned } = progressOf(runs);
  const where =
    running.length > 1
      ? `${running.length} runs side by side, ${runsEnded} of ${runsPlanned} ended`
      : `run ${Math.min(runsEnded + 1, Math.max(1, runsPlanned))} of ${Math.max(1, runsPlanned)}`;
  const { items, running: several } = useSelect((state) => state.lineup);
  const place = items.findIndex(({ status }) => status === "running");
  return (
    <div className={classes.text}>
      <span>
        {several && place >= 0 && `Model ${place + 1} of ${items.length}: `}
        {formatShare(share)} · {where}
      </span>
      <Progress value={share * 100} size="sm" mt={4} aria-label="Overall progress" />
    </div>
  );
}

/** A learning rate far from what the model's size wants, with a click to let it follow the model. */
function RateWarning({ plan: { training, grid } }: { readonly plan: ExperimentPlan }) {
  const model = useSelect((state) => state.model.model);
  const actions = useActions();
  const rate = training["learningRate"];
  const better = model === null ? null : betterRate(rate, model.hiddenSize);
  if (better === null || typeof rate !== "number" || grid.some(({ field }) => field === "learningRate")) return null;
  return (
    <p className={classes.line}>
      Learning rate {formatNumber(rate)}; this model wants about {formatNumber(better)}.{" "}
      <Button size="compact-xs" variant="light" onClick={() => actions.settings.setTrainingValue("learningRate", null)}>
        Use {formatNumber(better)}
      </Button>
    </p>
  );
}
