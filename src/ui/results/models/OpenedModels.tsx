import { CloseButton } from "@mantine/core";
import type { AppState } from "../../../store/state.ts";
import { useActions, useActive, useSelect } from "../../app-context.ts";
import { Cancel } from "../../frame/Cancel.tsx";
import { DropZone } from "../../kit/files/DropZone.tsx";
import { AnswerCard } from "./AnswerCard.tsx";
import { AskForm } from "./AskForm.tsx";
import { openedModelsAnchor } from "./anchor.ts";
import { TryShipped } from "./TryShipped.tsx";
import { Problem } from "../../kit/Problem.tsx";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import classes from "./exports.module.css";

/** Whether the opened models read pairs; null where none of them says it. */
function pairOf({ engine, opened }: AppState): boolean | null {
  const tasks = opened.models.flatMap(({ task }) => engine.catalog?.tasks.find(({ id }) => id === task) ?? []);
  return tasks[0]?.pair ?? null;
}

/** Models taken along earlier, to be asked again: no training, and so no WebGPU. */
export function OpenedModels() {
  const { models, opening, asking, asked, openError, askError } = useSelect((state) => state.opened);
  const pair = useSelect(pairOf);
  const busy = useActive();
  const actions = useActions();
  const nameOf = (id: string): string => models.find((model) => model.id === id)?.name ?? id;
  return (
    <section id={openedModelsAnchor} className={cardClasses.card} aria-label="Models from disk">
      <h3 className={cardClasses.title}>Try a model you took along</h3>
      <p className={textClasses.hint}>
        Open a .zip that <b>Export</b> made here, or a folder of <code>dps finetune --save DIR --onnx</code>. Runs on
        the CPU with onnxruntime-web: this needs no WebGPU, and nothing leaves the computer.
      </p>
      <div className={classes.opener}>
        <DropZone
          label="an exported model"
          folders
          several
          busy={opening}
          cancel={<Cancel what="opened" of="the reading" />}
          disabled={busy}
          compact
          onFiles={(files) => void actions.opened.open(files)}
        />
        <TryShipped size="xs" />
      </div>
      {openError !== null && <Problem text={openError} />}
      {models.length > 0 && (
        <>
          <ul className={classes.models} aria-label="Open models">
            {models.map(({ id, name, labels }) => (
              <li key={id} className={classes.openModel}>
                <span>
                  {name} <span className={textClasses.soft}>{labels.length === 0 ? "a score" : labels.join(", ")}</span>
                </span>
                <CloseButton
                  size="sm"
                  disabled={busy}
                  aria-label={`Close ${name}`}
                  onClick={() => void actions.opened.close(id)}
                />
              </li>
            ))}
          </ul>
          <AskForm
            button={models.length === 1 ? "Ask the model" : "Ask the models"}
            pair={pair}
            busy={busy}
            asking={asking}
            error={askError}
            asked={asked}
            onAsk={(first, second) => void actions.opened.ask(first, second)}
          >
            {asked?.answers.map(({ model, ...answer }) => (
              <AnswerCard key={model} answer={answer} title={nameOf(model)} color="var(--accent)" />
            ))}
          </AskForm>
        </>
      )}
    </section>
  );
}
