import type { Answer } from "../../../contract/exports.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { useMethodLooks } from "../../kit/palette.ts";
import { AnswerCard } from "./AnswerCard.tsx";
import { AskForm } from "./AskForm.tsx";
import { Swatch } from "../../kit/Swatch.tsx";
import textClasses from "../../kit/text.module.css";

/** Type a sentence or a pair; every exported model answers. */
export function TryIt() {
  const task = useSelect(({ engine, experiment }) =>
    engine.catalog?.tasks.find((entry) => entry.id === experiment.config?.task),
  );
  const busy = useSelect((state) => state.exports.busy !== null || state.experiment.status !== "finished");
  const { asking, asked, askError } = useSelect((state) => state.exports);
  const actions = useActions();
  return (
    <AskForm
      button="Ask the exported models"
      pair={task?.pair ?? false}
      busy={busy}
      asking={asking}
      error={askError}
      asked={asked}
      onAsk={(first, second) => void actions.exports.ask(first, second)}
    >
      {asked?.answers.map((answer) => (
        <RunAnswer key={answer.run} answer={answer} />
      ))}
    </AskForm>
  );
}

function RunAnswer({ answer }: { readonly answer: Answer }) {
  const looks = useMethodLooks();
  const look = looks(answer.method);
  const title = (
    <>
      <Swatch look={look} /> {look.label} <span className={textClasses.soft}>seed {answer.seed}</span>
    </>
  );
  return <AnswerCard answer={answer} title={title} color={look.color} />;
}
