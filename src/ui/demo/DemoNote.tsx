import { Button } from "@mantine/core";
import { Undo2 } from "lucide-react";
import type { Catalog } from "../../contract/catalog.ts";
import { asShown, type Field, type FieldValue } from "../../contract/fields.ts";
import { useActions, useActive, useSelect } from "../app-context.ts";
import { Facts, type Fact } from "../kit/Facts.tsx";
import { showNumber } from "../kit/number-text.ts";
import classes from "./demo.module.css";

/** Beside the demo's curves: what to look at, and what the demo set. */
export function DemoNote() {
  const shown = useSelect((state) => state.demo.shown && state.experiment.source === "live");
  const catalog = useSelect((state) => state.engine.catalog);
  if (!shown || catalog === null) return null;
  return (
    <section className={classes.note} aria-labelledby="demo-note">
      <h3 id="demo-note" className={classes.noteTitle}>
        The demo: what to look at
      </h3>
      <ol className={classes.look}>
        {catalog.demo.lookAt.map(({ title, text }) => (
          <li key={title}>
            <b>{title}.</b> {text}
          </li>
        ))}
      </ol>
      <WhatWasSet catalog={catalog} />
    </section>
  );
}

/** Nothing of a person's is overwritten in silence. */
function WhatWasSet({ catalog }: { readonly catalog: Catalog }) {
  const [model] = useSelect((state) => state.bundled.items);
  const samples = useSelect((state) => state.samples.items);
  const before = useSelect((state) => state.demo.before);
  const active = useActive();
  const actions = useActions();
  const { plan, sample } = catalog.demo;
  // As the engine ran it: the learning rate is the model's.
  const used = useSelect((state) => state.experiment.config?.plan.training) ?? plan.training;
  const methods = plan.methods.map(({ id }) => catalog.methods.find((entry) => entry.id === id)?.label ?? id);
  const training = catalog.training.filter(({ id }) => plan.training[id] !== undefined);
  const facts: readonly Fact[] = [
    ["Model", model?.label ?? ""],
    ["Task", samples.find(({ id }) => id === sample)?.label ?? sample],
    ["Methods", methods.join(", ")],
    ["Seeds", plan.seeds.join(", ")],
    ...sharedValues(catalog),
    ...training.map((field): Fact => [field.label, valueText(field, used[field.id])]),
  ];
  return (
    <div className={classes.set}>
      <Facts className={classes.setFacts} label="What the demo set" facts={facts} />
      {before !== null && (
        <Button disabled={active} leftSection={<Undo2 size={14} />} onClick={() => actions.demo.putSettingsBack()}>
          Restore my settings
        </Button>
      )}
    </div>
  );
}

/** Method settings that the plan gives to every one of its methods alike. */
function sharedValues({ demo, methods }: Catalog): readonly Fact[] {
  const [first, ...others] = demo.plan.methods;
  const fields = methods.find(({ id }) => id === first?.id)?.fields ?? [];
  return fields.flatMap((field) => {
    const value = first?.values[field.id];
    if (value === undefined || others.some(({ values }) => values[field.id] !== value)) return [];
    return [[`${field.label}, all methods`, valueText(field, value)] as const];
  });
}

function valueText(field: Field, value: FieldValue | undefined): string {
  if (field.kind === "choice") return field.options.find((option) => option.value === value)?.label ?? String(value);
  return typeof value === "number" ? showNumber(asShown(field, value), "") : String(value);
}
