import { Button } from "@mantine/core";
import { Play, Undo2 } from "lucide-react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import { countOf } from "../../../core/format.ts";
import { cutOff } from "../../../store/results/kept/kept.ts";
import { standingText } from "../../../store/results/kept/standing.ts";
import { problemWithGrowing } from "../../../store/state.ts";
import { useActions, useActive, useApp, useSelect } from "../../app-context.ts";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import classes from "./KeptResults.module.css";

/** An experiment that was cut off by a reload, a crash or a closed tab: whether to go on with it, on the first screen. */
export function CutOff() {
  const [item] = useStore(
    useApp().store,
    useShallow((state) => cutOff(state.kept)),
  );
  const active = useActive();
  const ready = useSelect((state) => state.engine.catalog !== null);
  const actions = useActions();
  if (item === undefined || active) return null;
  const { id, name, completed, planned, runs } = item;
  return (
    <section className={`${cardClasses.line} ${classes.cutOff}`} aria-label="An experiment that was cut off">
      <span>
        “<bdi>{name}</bdi>” was cut off: {completed} of {planned} runs are finished{standingText(runs)}. Go on with the{" "}
        {planned - completed} left?
      </span>
      <span className={classes.buttons}>
        <Button
          variant="filled"
          disabled={!ready}
          leftSection={<Play size={14} aria-hidden />}
          onClick={() => void actions.goOn(id)}
        >
          Go on
        </Button>
        <Button onClick={() => void actions.kept.change(id, { over: true })}>Leave it as it is</Button>
      </span>
    </section>
  );
}

/** The result on show lacks runs: what has to be loaded to run them, and the button that does. */
export function MissingRuns() {
  const missing = useSelect(({ experiment }) => experiment.runs.filter(({ status }) => status !== "completed").length);
  const ended = useSelect(({ experiment: { status, source } }) => {
    return (status === "finished" || status === "failed") && source !== "recorded";
  });
  const problem = useSelect(problemWithGrowing);
  const standing = useSelect(({ kept }) => standingText(kept.items.find(({ id }) => id === kept.shown)?.runs ?? []));
  const actions = useActions();
  if (!ended || missing === 0) return null;
  return (
    <section className={cardClasses.line} aria-label="Runs that are missing">
      <span>
        {countOf(missing, "run")} of this result did not complete{standing}. {problem}
      </span>
      <Button
        disabled={problem !== null}
        leftSection={<Play size={14} aria-hidden />}
        onClick={() => void actions.grow.rest()}
      >
        Run what is missing
      </Button>
    </section>
  );
}

/** While a run goes on that took a result's place: the way back. */
export function UndoRun() {
  const active = useActive();
  const name = useSelect(({ kept }) => kept.items.find(({ id }) => id === kept.replaced)?.name);
  const stopping = useSelect((state) => state.experiment.status === "stopping");
  const actions = useActions();
  if (!active || name === undefined) return null;
  return (
    <div className={cardClasses.line}>
      <span>
        “<bdi>{name}</bdi>” gave way to this run and is kept below.
      </span>
      <Button disabled={stopping} leftSection={<Undo2 size={14} />} onClick={() => void actions.kept.undo()}>
        Undo: stop, and show it again
      </Button>
    </div>
  );
}

/** While a run goes on that could not be saved: that a reload would begin it anew. */
export function UnsavedRun() {
  const active = useActive();
  const unsaved = useSelect(({ kept }) => kept.unsaved);
  return active && unsaved !== null ? <p className={textClasses.hint}>{unsaved}</p> : null;
}
