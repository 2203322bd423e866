import { Button, Progress } from "@mantine/core";
import { Pause, Play, Square } from "lucide-react";
import { formatPerplexity, perplexityOf } from "../../../analysis/adaptation.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { Facts, type Fact } from "../../kit/Facts.tsx";
import { formatDuration, formatWhole } from "../../../core/format.ts";
import { HeldOut } from "./HeldOut.tsx";
import cardClasses from "../../kit/card.module.css";
import classes from "./adapt.module.css";

const headings = {
  idle: "",
  starting: "Getting ready",
  running: "Adapting",
  paused: "Paused",
  stopping: "Stopping after the step in flight",
} as const;

/** How far the adaptation is, what the held-out text says of it, and Pause and Stop. */
export function AdaptationProgress() {
  const { status, phase, stepsDone, stepsPlanned, tokensPerSecond, remainingMs, training, evaluations } = useSelect(
    (state) => state.adaptation,
  );
  const latest = evaluations.at(-1);
  const facts: readonly Fact[] = [
    ["Step", `${stepsDone} of ${stepsPlanned}`],
    ["Training loss", training === null ? "–" : training.words.loss.toFixed(3)],
    ["Tokens / s", tokensPerSecond === null ? "–" : formatWhole(tokensPerSecond)],
    ["Time left", remainingMs === null ? "–" : formatDuration(remainingMs)],
  ];
  return (
    <section className={cardClasses.box} aria-label="Progress of the adaptation">
      <output className={classes.heading}>{headings[status]}</output>
      <Progress
        value={stepsPlanned === 0 ? 0 : (100 * stepsDone) / stepsPlanned}
        size="sm"
        mt={6}
        aria-label="Share of the steps done"
      />
      {phase !== null && (
        <p className={classes.note}>
          {phase.text}
          {phase.total > 0 && `: ${phase.done} of ${phase.total}`}
        </p>
      )}
      <Facts facts={facts} narrow />
      {latest !== undefined && (
        <>
          <p className={classes.chartTitle}>
            Held-out perplexity <b>{formatPerplexity(perplexityOf(latest))}</b>
          </p>
          <HeldOut evaluations={evaluations} stepsPlanned={stepsPlanned} />
        </>
      )}
      <Buttons />
    </section>
  );
}

function Buttons() {
  const status = useSelect((state) => state.adaptation.status);
  const { adaptation } = useActions();
  return (
    <div className={classes.buttons}>
      {status === "paused" ? (
        <Button size="xs" leftSection={<Play size={14} />} onClick={() => void adaptation.resume()}>
          Resume adapting
        </Button>
      ) : (
        <Button
          size="xs"
          disabled={status !== "running"}
          leftSection={<Pause size={14} />}
          onClick={() => void adaptation.pause()}
        >
          Pause adapting
        </Button>
      )}
      <Button
        size="xs"
        disabled={status === "stopping"}
        leftSection={<Square size={12} />}
        onClick={() => void adaptation.stop()}
      >
        {status === "stopping" ? "Stopping …" : "Stop adapting"}
      </Button>
    </div>
  );
}
