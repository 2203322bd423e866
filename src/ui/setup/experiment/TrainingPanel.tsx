import { UnstyledButton } from "@mantine/core";
import { RotateCcw } from "lucide-react";
import type { Field, FieldValue } from "../../../contract/fields.ts";
import { suitedLearningRate } from "../../../analysis/rates/learning-rate.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { FieldInput } from "../../kit/FieldInput.tsx";
import { showNumber } from "../../kit/number-text.ts";
import { RateFinder } from "./RateFinder.tsx";
import formClasses from "../../kit/forms.module.css";
import layoutClasses from "../../kit/layout.module.css";
import textClasses from "../../kit/text.module.css";
import setupClasses from "../setup.module.css";
import classes from "./TrainingPanel.module.css";

const rateId = "learningRate";

const groups: readonly { readonly title: string; readonly ids: readonly string[] }[] = [
  { title: "Length", ids: ["epochs", "steps", "batchSize", "maxLength", "trainLimit", "devLimit"] },
  { title: "Optimiser", ids: [rateId, "layerDecay", "warmupRatio", "warmupSteps", "weightDecay", "clip", "clipNorm"] },
  { title: "Loss", ids: ["classWeights"] },
  { title: "Memory", ids: ["precision", "recompute", "accumulate"] },
  { title: "Order and evaluation", ids: ["order", "evaluateEvery", "patience"] },
  { title: "Where the paper's code differs", ids: ["adamEpsilon", "headStart"] },
];

function grouped(fields: readonly Field[]): { readonly title: string; readonly fields: readonly Field[] }[] {
  const placed = new Set(groups.flatMap((group) => group.ids));
  const named = groups.map(({ title, ids }) => ({
    title,
    fields: ids.flatMap((id) => fields.find((field) => field.id === id) ?? []),
  }));
  return [...named, { title: "More", fields: fields.filter((field) => !placed.has(field.id)) }].filter(
    (group) => group.fields.length > 0,
  );
}

/** Step 5: how long, how fast, in which order; the paper's recipe unless changed. */
export function TrainingPanel() {
  const fields = useSelect((state) => state.engine.catalog?.training);
  const values = useSelect((state) => state.settings.training);
  const actions = useActions();
  if (fields === undefined) return <p className={textClasses.hint}>The engine is still loading.</p>;
  const changed = fields.filter((field) => values[field.id] !== field.default).length;
  return (
    <div className={layoutClasses.stack}>
      <p className={textClasses.hint}>
        {changed === 0
          ? "The paper's recipe; the learning rate follows the model."
          : `${changed} of ${fields.length} changed.`}{" "}
        {changed > 0 && (
          <UnstyledButton className={formClasses.reset} onClick={() => actions.settings.resetTraining(fields)}>
            <RotateCcw size={11} /> all back to the defaults
          </UnstyledButton>
        )}
      </p>
      {grouped(fields).map((group) => (
        <fieldset key={group.title} className={setupClasses.plainFieldset}>
          <legend className={classes.groupTitle}>{group.title}</legend>
          <div className={formClasses.grid}>
            {group.fields.map((field) => (
              <FieldInput
                key={field.id}
                field={field}
                value={values[field.id]}
                onChange={(value) => actions.settings.setTrainingValue(field.id, value)}
                note={field.id === rateId && <RateAdvice value={values[rateId]} />}
              />
            ))}
          </div>
          {group.fields.some(({ id }) => id === rateId) && <RateFinder />}
        </fieldset>
      ))}
    </div>
  );
}

/** What suits the loaded model, and a click to use it; a learning rate that nobody chose follows the model anyway. */
function RateAdvice({ value }: { readonly value: FieldValue | undefined }) {
  const model = useSelect((state) => state.model.model);
  const actions = useActions();
  if (model === null) return null;
  const rate = suitedLearningRate(model.hiddenSize);
  const suits = `${showNumber(rate, "")} suits a model of this size`;
  if (value === null || value === rate) return <p className={classes.note}>{suits} and is used.</p>;
  return (
    <p className={classes.note}>
      {suits}:{" "}
      <UnstyledButton className={formClasses.reset} onClick={() => actions.settings.setTrainingValue(rateId, null)}>
        use it
      </UnstyledButton>
    </p>
  );
}
