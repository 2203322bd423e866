import { Button } from "@mantine/core";
import { BookOpen } from "lucide-react";
import { problemWith, type Field } from "../../../contract/fields.ts";
import { useActions, useActive, useSelect } from "../../app-context.ts";
import { FieldInput } from "../../kit/FieldInput.tsx";
import { Facts, type Fact } from "../../kit/Facts.tsx";
import { formatBytes, formatCount } from "../../../core/format.ts";
import { Problem } from "../../kit/Problem.tsx";
import formClasses from "../../kit/forms.module.css";
import textClasses from "../../kit/text.module.css";
import classes from "./adapt.module.css";

/** Shown at once; the rest stands behind a fold. */
const mainIds: readonly string[] = ["steps", "learningRate", "batchSize", "length"];

/** What the adaptation is to be, what it will take, and the button that starts it. */
export function AdaptationSettings() {
  const fields = useSelect((state) => state.engine.catalog?.adaptation) ?? [];
  const values = useSelect((state) => state.settings.adaptation);
  const plan = useSelect((state) => state.adaptation.plan);
  const busy = useActive();
  const again = useSelect((state) => (state.model.model?.adaptations.length ?? 0) > 0);
  const actions = useActions();
  const wrong = fields.some((field) => problemWith(field, values[field.id]) !== null);
  return (
    <>
      <Fields fields={fields.filter(({ id }) => mainIds.includes(id))} />
      <details className={textClasses.details}>
        <summary>More settings</summary>
        <Fields fields={fields.filter(({ id }) => !mainIds.includes(id))} />
      </details>
      {plan !== null && <Plan />}
      <Button
        size="sm"
        variant="filled"
        disabled={plan === null || plan.problem !== null || wrong || busy}
        leftSection={<BookOpen size={16} />}
        onClick={() => void actions.adaptation.start(values)}
      >
        {again ? "Adapt it further" : "Adapt the model"}
      </Button>
    </>
  );
}

function Fields({ fields }: { readonly fields: readonly Field[] }) {
  const values = useSelect((state) => state.settings.adaptation);
  const actions = useActions();
  return (
    <div className={formClasses.grid}>
      {fields.map((field) => (
        <FieldInput
          key={field.id}
          field={field}
          value={values[field.id]}
          onChange={(value) => actions.settings.setAdaptationValue(field.id, value)}
        />
      ))}
    </div>
  );
}

function Plan() {
  const plan = useSelect((state) => state.adaptation.plan);
  if (plan === null) return null;
  const facts: readonly Fact[] = [
    ["Train tokens", formatCount(plan.trainTokens)],
    ["Held out", formatCount(plan.heldOutTokens)],
    ["Parameters", formatCount(plan.parameterCount)],
    ["GPU memory", formatBytes(plan.totalBytes)],
  ];
  return (
    <div>
      <Facts facts={facts} narrow />
      {plan.notes.map((note) => (
        <p key={note} className={classes.note}>
          {note}
        </p>
      ))}
      {plan.problem !== null && <Problem text={plan.problem} />}
    </div>
  );
}
