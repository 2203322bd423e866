import { UnstyledButton } from "@mantine/core";
import type { Answer, ExportableRun } from "../../../contract/exports.ts";
import { byMethod } from "../../../store/results/by-method.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { useMethodLooks } from "../../kit/palette.ts";
import { AnswerCard } from "./AnswerCard.tsx";
import { AskForm } from "./AskForm.tsx";
import { useRunName } from "./use-run-name.ts";
import { MethodName, Swatch } from "../../kit/Swatch.tsx";
import textClasses from "../../kit/text.module.css";
import classes from "./exports.module.css";

/** Type a sentence or a pair; the models of the chosen runs answer. */
export function TryIt() {
  const task = useSelect(({ engine, experiment }) =>
    engine.catalog?.tasks.find((entry) => entry.id === experiment.config?.task),
  );
  const busy = useSelect(({ exports, experiment }) => exports.busy !== null || experiment.status !== "finished");
  const none = useSelect((state) => state.exports.chosen.length === 0);
  const { asking, asked, askError } = useSelect((state) => state.exports);
  const actions = useActions();
  return (
    <AskForm
      button="Ask"
      pair={task?.pair ?? false}
      busy={busy || none}
      asking={asking}
      error={askError}
      asked={asked}
      above={<Chosen />}
      onAsk={(first, second) => void actions.exports.ask(first, second)}
    >
      {asked?.answers.map((answer) => (
        <RunAnswer key={answer.run} answer={answer} />
      ))}
    </AskForm>
  );
}

/** Which runs are asked: a button a seed, in a line a method. */
function Chosen() {
  const runs = useSelect((state) => state.exports.runs);
  const looks = useMethodLooks();
  const kept = runs.filter(({ problem }) => problem === null);
  return (
    <fieldset className={classes.chosen}>
      <legend className={textClasses.hint}>Runs to ask, on this GPU</legend>
      {byMethod(kept).map(([method, own]) => (
        <div key={method} className={classes.chosenLine}>
          <MethodName look={looks(method)} />
          <span className={classes.seeds}>
            {own.map((run) => (
              <RunButton key={run.run} run={run} />
            ))}
          </span>
        </div>
      ))}
    </fieldset>
  );
}

function RunButton({ run }: { readonly run: ExportableRun }) {
  const chosen = useSelect((state) => state.exports.chosen.includes(run.run));
  const name = useRunName()(run);
  const looks = useMethodLooks();
  const actions = useActions();
  return (
    <UnstyledButton
      className={classes.seed}
      aria-pressed={chosen}
      aria-label={name}
      onClick={() => actions.exports.choose(run.run, !chosen)}
    >
      {name.replace(`${looks(run.method).label}, `, "")}
    </UnstyledButton>
  );
}

function RunAnswer({ answer }: { readonly answer: Answer }) {
  const look = useMethodLooks()(answer.method);
  const name = useRunName()(answer);
  const title = (
    <>
      <Swatch look={look} /> {look.label}{" "}
      <span className={textClasses.soft}>{name.replace(`${look.label}, `, "")}</span>
    </>
  );
  return <AnswerCard answer={answer} title={title} color={look.color} />;
}
