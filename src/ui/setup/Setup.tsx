import { Accordion } from "@mantine/core";
import { Check } from "lucide-react";
import { useEffect, useRef, type ReactNode, type RefObject } from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import type { AppState } from "../../store/state.ts";
import { runCountOf } from "../../contract/grid.ts";
import { parseSeeds } from "../../contract/seeds.ts";
import { planOf } from "../../store/setup/plan.ts";
import { useActions, useApp, useSelect } from "../app-context.ts";
import { countOf, formatWhole } from "../../core/format.ts";
import { DataPanel } from "./data/DataPanel.tsx";
import { EnginePanel } from "./engine/EnginePanel.tsx";
import { ExperimentPanel } from "./experiment/ExperimentPanel.tsx";
import { MethodsPanel } from "./methods/MethodsPanel.tsx";
import { UndoSettings } from "./UndoSettings.tsx";
import { ModelPanel } from "./model/ModelPanel.tsx";
import { TrainingPanel } from "./experiment/TrainingPanel.tsx";
import { stepTitles, type StepId } from "../../store/setup/step-titles.ts";
import classes from "./steps.module.css";

const steps: readonly { readonly id: StepId; readonly panel: ReactNode }[] = [
  { id: "model", panel: <ModelPanel /> },
  { id: "data", panel: <DataPanel /> },
  { id: "experiment", panel: <ExperimentPanel /> },
  { id: "methods", panel: <MethodsPanel /> },
  { id: "training", panel: <TrainingPanel /> },
  { id: "engine", panel: <EnginePanel /> },
];

/** One line for each step's heading, so that a folded step still says what it holds. */
function stepStates({ model, data, settings, engine, kernels }: AppState): readonly string[] {
  const { plan } = engine.catalog === null ? { plan: null } : planOf(settings, engine.catalog);
  const runs = plan === null || engine.catalog === null ? null : runCountOf(engine.catalog, plan);
  const included = Object.values(settings.methods).filter((one) => one.included).length;
  const seeds = parseSeeds(settings.seedsText).seeds.length;
  const { epochs, steps, batchSize, accumulate } = settings.training;
  const length = steps ?? epochs;
  return [
    model.model?.name ?? "",
    data.prepared === null
      ? ""
      : `${formatWhole(data.prepared.train.count)} + ${formatWhole(data.prepared.dev.count)} rows`,
    runs === null ? "" : countOf(runs, "run"),
    included > 0 && seeds > 0 ? `${included} × ${seeds}` : "",
    typeof length === "number" && typeof batchSize === "number"
      ? `${length} ${typeof steps === "number" ? "step" : "epoch"}${length === 1 ? "" : "s"}, batch ${batchSize}${typeof accumulate === "number" && accumulate > 1 ? ` × ${accumulate}` : ""}`
      : "",
    kernelsText(kernels, settings.kernels),
  ];
}

/** Which kernels are used, or how far their timing is. */
function kernelsText({ progress, given, record }: AppState["kernels"], mode: "auto" | "portable"): string {
  if (progress !== null) return `preparing, ${progress.done} of ${progress.total}`;
  if (given !== null) return "as in the result";
  return mode === "portable" ? "portable kernels" : record === null ? "" : "fastest kernels";
}

/** The left side: six steps, folded or not. */
export function Setup() {
  const briefs = useStore(useApp().store, useShallow(stepStates));
  const open = useSelect((state) => state.view.openSteps);
  const actions = useActions();
  const controls = useRef(new Map<string, HTMLElement>());
  const lastFocus = useLastFocus();
  useEffect(() => {
    // Focus that stood in a step that has folded by itself goes to the step that is open instead.
    const step = lastFocus.current?.closest("[data-step]")?.getAttribute("data-step") ?? null;
    const next = open.at(-1);
    if (step === null || next === undefined || open.some((id) => id === step)) return;
    if (lastFocus.current === controls.current.get(step)) return;
    controls.current.get(next)?.focus({ preventScroll: true });
  }, [open, lastFocus]);
  return (
    <>
      <UndoSettings />
      <Accordion
        multiple
        order={2}
        value={[...open]}
        onChange={(ids) =>
          actions.view.change({ openSteps: steps.map(({ id }) => id).filter((id) => ids.includes(id)) })
        }
        variant="separated"
        classNames={{
          root: classes.steps ?? "",
          item: classes.step ?? "",
          control: classes.control ?? "",
          content: classes.content ?? "",
        }}
      >
        {steps.map(({ id, panel }, index) => (
          <Accordion.Item key={id} value={id} data-step={id}>
            <Accordion.Control
              ref={(control: HTMLElement | null) => {
                if (control !== null) controls.current.set(id, control);
              }}
            >
              <StepTitle number={index + 1} title={stepTitles[id]} brief={briefs[index] ?? ""} />
            </Accordion.Control>
            <Accordion.Panel>{panel}</Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </>
  );
}

/** What had focus last; a button that waits for its work has lost it. */
function useLastFocus(): RefObject<Element | null> {
  const last = useRef<Element | null>(null);
  useEffect(() => {
    const note = ({ target }: FocusEvent): void => {
      last.current = target instanceof Element ? target : null;
    };
    document.addEventListener("focusin", note);
    return () => document.removeEventListener("focusin", note);
  }, []);
  return last;
}

interface StepTitleProps {
  readonly number: number;
  readonly title: string;
  /** "" until the step is done. */
  readonly brief: string;
}

function StepTitle({ number, title, brief }: StepTitleProps) {
  const done = brief !== "";
  return (
    <span className={classes.title}>
      <span className={classes.number} data-done={done} aria-hidden>
        {done ? <Check size={13} /> : number}
      </span>
      {title}
      <span className={classes.brief}>{brief}</span>
    </span>
  );
}
