import { useEffect, useRef } from "react";
import { adaptationText } from "../../analysis/adaptation.ts";
import type { ConfigRecord } from "../../contract/run.ts";
import { isActive } from "../../store/experiment.ts";
import { useSelect } from "../app-context.ts";
import { formatDuration, formatWhole } from "../../core/format.ts";
import { deviceName } from "../../analysis/device-name.ts";
import { taskLabel } from "../../analysis/task-label.ts";
import { later } from "../kit/later.tsx";
import { EndCard } from "../demo/EndCard.tsx";
import { DemoNote } from "../demo/DemoNote.tsx";
import { LinkPlace } from "../share/LinkPlace.tsx";
import { Notices } from "../frame/Notices.tsx";
import { ProgressPanel } from "./queue/ProgressPanel.tsx";
import { ResultFiles } from "./files/ResultFiles.tsx";
import { Welcome } from "../demo/Welcome.tsx";
import textClasses from "../kit/text.module.css";
import classes from "./Results.module.css";

const Findings = later(async () => (await import("./Findings.tsx")).Findings, FindingsPlace);
const Silence = later(async () => (await import("../frame/Silence.tsx")).Silence);
const KeptResults = later(async () => (await import("./files/KeptResults.tsx")).KeptResults);
const MissingRuns = later(async () => (await import("./files/CutOff.tsx")).MissingRuns);
const UndoRun = later(async () => (await import("./files/CutOff.tsx")).UndoRun);
const UnsavedRun = later(async () => (await import("./files/CutOff.tsx")).UnsavedRun);
const OpenedModels = later(async () => (await import("./models/OpenedModels.tsx")).OpenedModels);
const PredictFile = later(async () => (await import("./models/PredictFile.tsx")).PredictFile);

/** The right side: what is known so far, or what will be. */
export function Results() {
  const status = useSelect((state) => state.experiment.status);
  const hasRuns = useSelect((state) => state.experiment.runs.length > 0);
  return (
    <div className={classes.results}>
      <Notices place="engine" />
      <Silence />
      <Notices place="kernels" />
      <Notices place="run" />
      <Notices place="result" />
      <Notices place="demo" />
      <LinkPlace />
      {status === "idle" && <Welcome />}
      {status !== "idle" && <Heading />}
      <UndoRun />
      <UnsavedRun />
      <MissingRuns />
      {isActive(status) && <ProgressPanel />}
      <EndCard />
      <DemoNote />
      {hasRuns && <Findings />}
      <PredictFile />
      <KeptResults />
      <OpenedModels />
    </div>
  );
}

/** As high as a window, so that what is below does not jump. */
function FindingsPlace() {
  return <div className={classes.place} aria-busy />;
}

/** Says where the training rows are a sample. */
function sampleText({ rows }: ConfigRecord): string {
  return rows?.sample ? ` (of ${formatWhole(rows.sample.of)}, seed ${rows.sample.seed})` : "";
}

/** What is on show: whose result, which model and data, on which device. */
function Heading() {
  const { source, sourceName, config, device, kernels, status, runs } = useSelect((state) => state.experiment);
  const catalog = useSelect((state) => state.engine.catalog);
  const task = config === null ? "" : taskLabel(config, catalog);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // Whoever pressed a button that is gone goes on here; who has just come stays at the top.
    const lost = document.activeElement === null || document.activeElement === document.body;
    if (lost && navigator.userActivation.hasBeenActive) heading.current?.focus({ preventScroll: true });
  }, []);
  const elapsedMs = runs.reduce((sum, run) => sum + run.elapsedMs, 0);
  const title = source === "recorded" ? "A recorded run" : source === "file" ? sourceName : "Results";
  return (
    <header className={classes.head}>
      <div>
        <h2 ref={heading} className={classes.title} tabIndex={-1}>
          {title}
        </h2>
        {config !== null && (
          <p className={textClasses.hint}>
            {[config.model.name, ...config.model.adaptations.map(adaptationText)].join(", ")} · {task} ·{" "}
            {formatWhole(config.trainCount)} train{sampleText(config)}, {formatWhole(config.devCount)} dev rows
            {device !== null && ` · ${deviceName(device)}`}
            {kernels !== null && Object.keys(kernels).length === 0 && " · portable kernels"}
            {status === "finished" && elapsedMs > 0 && ` · ${formatDuration(elapsedMs)}`}
          </p>
        )}
      </div>
      <ResultFiles />
    </header>
  );
}
