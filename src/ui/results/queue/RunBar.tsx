import { Button, Progress } from "@mantine/core";
import { Pause, Play, Square } from "lucide-react";
import { useMemo } from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import { isActive } from "../../../store/experiment.ts";
import { progressOf } from "../../../store/results/progress.ts";
import { runCountOf } from "../../../contract/grid.ts";
import type { ExperimentPlan } from "../../../contract/run.ts";
import { planOf } from "../../../store/setup/plan.ts";
import { missingForRun } from "../../../store/state.ts";
import { useActions, useApp, useSelect } from "../../app-context.ts";
import { countOf, formatShare } from "../../../core/format.ts";
import textClasses from "../../kit/text.module.css";
import classes from "./RunBar.module.css";

/** Run, Pause, Resume, Stop; always in sight. */
export function RunBar() {
  const { store } = useApp();
  const missing = useStore(store, useShallow(missingForRun));
  const status = useSelect((state) => state.experiment.status);
  const actions = useActions();
  const active = isActive(status);
  function run(): void {
    void actions.run();
    // On a narrow page the results are far below the button that makes them.
    if (window.matchMedia("(max-width: 1099px)").matches) document.getElementById("results")?.scrollIntoView();
  }
  return (
    <div className={classes.bar}>
      {active ? <MiniProgress /> : <Ready missing={missing} />}
      <div className={classes.buttons}>
        {!active && (
          <Button
            size="sm"
            variant="filled"
            onClick={run}
            disabled={missing.length > 0}
            leftSection={<Play size={16} />}
            className={classes.run ?? ""}
          >
            Run
          </Button>
        )}
        {active && status !== "paused" && (
          <Button
            size="sm"
            disabled={status !== "running"}
            onClick={() => void actions.experiment.pause()}
            leftSection={<Pause size={16} />}
          >
            Pause
          </Button>
        )}
        {status === "paused" && (
          <Button
            size="sm"
            variant="filled"
            onClick={() => void actions.experiment.resume()}
            leftSection={<Play size={16} />}
          >
            Resume
          </Button>
        )}
        {active && (
          <Button
            size="sm"
            disabled={status === "stopping"}
            onClick={() => void actions.experiment.stop()}
            leftSection={<Square size={14} />}
          >
            {status === "stopping" ? "Stopping …" : "Stop"}
          </Button>
        )}
      </div>
    </div>
  );
}

function Ready({ missing }: { readonly missing: readonly string[] }) {
  const settings = useSelect((state) => state.settings);
  const catalog = useSelect((state) => state.engine.catalog);
  const plan = useMemo(() => (catalog === null ? null : planOf(settings, catalog).plan), [settings, catalog]);
  if (missing.length > 0 || plan === null || catalog === null) {
    return (
      <p className={classes.text}>
        <b>Before you can run:</b> {missing[0]}
        {missing.length > 1 && <span className={textClasses.soft}> (and {missing.length - 1} more)</span>}
      </p>
    );
  }
  return (
    <p className={classes.text}>
      <b>Ready.</b> {planText(plan)} = {countOf(runCountOf(catalog, plan), "run")}
    </p>
  );
}

function planText({ methods, seeds, grid }: ExperimentPlan): string {
  const parts = [countOf(methods.length, "method"), countOf(seeds.length, "seed")];
  // A method that lacks a setting runs once whatever its values, so there is no product to show.
  return parts.join(" × ") + (grid.length > 0 ? `, ${countOf(grid.length, "setting")} varied` : "");
}

function MiniProgress() {
  const runs = useSelect((state) => state.experiment.runs);
  const { share, runsEnded, runsPlanned } = progressOf(runs);
  return (
    <div className={classes.text}>
      <span>
        {formatShare(share)} · run {Math.min(runsEnded + 1, Math.max(1, runsPlanned))} of {Math.max(1, runsPlanned)}
      </span>
      <Progress value={share * 100} size="sm" mt={4} aria-label="Overall progress" />
    </div>
  );
}
