import { SegmentedControl, Switch } from "@mantine/core";
import type { KernelsRecord } from "../../../contract/engine/kernels.ts";
import { wrongKernels } from "../../../store/setup/kernels.ts";
import { countOf } from "../../../core/format.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { Cancel } from "../../frame/Cancel.tsx";
import layoutClasses from "../../kit/layout.module.css";
import textClasses from "../../kit/text.module.css";
import { KernelTable } from "./KernelTable.tsx";
import classes from "./engine.module.css";

const hints = {
  auto:
    "The fastest for this GPU, model and batch, found by timing them once. Each is checked before it is timed, and the " +
    "choice is kept for the next visit.",
  portable: "Those that run on every GPU; nothing is timed. Mostly slower.",
  given: "Those that the result was computed with: on the same GPU they give its very numbers.",
} as const;

/** Step 6: which kernels compute, and what their timing found. */
export function EnginePanel() {
  const mode = useSelect((state) => state.settings.kernels);
  const given = useSelect((state) => state.kernels.given);
  const { kernels } = useActions();
  const options = [
    { value: "auto", label: "Automatic" },
    { value: "portable", label: "Portable" },
    ...(given === null ? [] : [{ value: "given", label: "Of the result" }]),
  ];
  const value = given === null ? mode : "given";
  return (
    <div className={layoutClasses.stack}>
      <div>
        <p id="kernels" className={classes.legend}>
          Kernels
        </p>
        <SegmentedControl
          size="xs"
          fullWidth
          aria-labelledby="kernels"
          data={options}
          value={value}
          onChange={(next) => {
            if (next === "auto" || next === "portable") kernels.choose(next);
          }}
        />
        <p className={`${textClasses.hint} ${classes.after}`}>
          {given !== null && <b>{given.name}: </b>}
          {hints[value]}
        </p>
      </div>
      <Found />
      <TimeSwitch />
    </div>
  );
}

/** Whether the next run says where its time goes. */
function TimeSwitch() {
  const timed = useSelect((state) => state.kernels.timed);
  const { kernels } = useActions();
  return (
    <Switch
      size="sm"
      label="Time the kernels"
      description="The first 20 steps of the first run are timed kernel by kernel, which slows them."
      checked={timed}
      onChange={(event) => kernels.time(event.currentTarget.checked)}
    />
  );
}

/** How far the timing is, or what came of it. */
function Found() {
  const { progress, record } = useSelect((state) => state.kernels);
  if (progress !== null) {
    return (
      <div className={layoutClasses.buttons}>
        <output className={textClasses.hint}>
          Preparing the GPU: {progress.done} of {progress.total}
        </output>
        <Cancel what="kernels" of="the timing of kernels" />
      </div>
    );
  }
  if (record === null) return <p className={textClasses.hint}>They are chosen once model and data are loaded.</p>;
  return (
    <>
      <p className={textClasses.hint}>{foundText(record)}</p>
      {record.tried.length > 0 && <KernelTable tried={record.tried} />}
    </>
  );
}

function foundText({ from, choice, tried, elapsedMs }: KernelsRecord): string {
  const wrong = wrongKernels(tried);
  const out = wrong.length === 0 ? "" : ` Left out, for they compute wrongly here: ${wrong.join(", ")}.`;
  switch (from) {
    case "timed":
      return `Chosen in ${(elapsedMs / 1000).toFixed(1)} s.${out}`;
    case "kept":
      return `Chosen at an earlier time.${out}`;
    case "given":
      return `In use, for ${countOf(Object.keys(choice).length, "shape")}.`;
    case "portable":
      return "In use.";
  }
}
