import { Button } from "@mantine/core";
import { FastForward, Undo2 } from "lucide-react";
import type { Catalog } from "../../contract/catalog.ts";
import { asShown, type Field, type FieldValue } from "../../contract/fields.ts";
import type { ExperimentPlan } from "../../contract/run.ts";
import { countOf } from "../../core/format.ts";
import { problemWithGrowing } from "../../store/state.ts";
import { useActions, useActive, useSelect } from "../app-context.ts";
import { Facts, type Fact } from "../kit/Facts.tsx";
import { aboutTime } from "../kit/about-time.ts";
import { showNumber } from "../kit/number-text.ts";
import cardClasses from "../kit/card.module.css";
import textClasses from "../kit/text.module.css";
import classes from "./demo.module.css";

/** Beside the demo's curves: what to look at, and what the demo set. */
export function DemoNote() {
  const shown = useSelect((state) => state.demo.shown && state.experiment.source === "live");
  const catalog = useSelect((state) => state.engine.catalog);
  if (!shown || catalog === null) return null;
  return (
    <section className={cardClasses.told} aria-labelledby="demo-note">
      <h3 id="demo-note" className={cardClasses.title}>
        The demo: what to look at
      </h3>
      <Expected />
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

/** How long it takes, by steps that were timed before; and the rest of the demo, where this is a part of it. */
function Expected() {
  const expected = useSelect((state) => state.demo.expected);
  const rest = useSelect((state) => state.demo.rest);
  const growing = useSelect((state) => problemWithGrowing(state) === null);
  const active = useActive();
  const actions = useActions();
  if (expected === null) return null;
  return (
    <div className={classes.expected}>
      <p className={textClasses.hint}>
        Five steps were timed first: {countOf(expected.runCount, "run")} take {aboutTime(expected.timeMs)} here.
      </p>
      {active && rest !== null && (
        <Button disabled={!growing} leftSection={<FastForward size={14} />} onClick={() => void actions.continueDemo()}>
          Continue to the full demo: {countOf(rest.runCount, "more run")}, {aboutTime(rest.timeMs)}
        </Button>
      )}
    </div>
  );
}

/** Nothing of a person's is overwritten in silence. */
function WhatWasSet({ catalog }: { readonly catalog: Catalog }) {
  const [model] = useSelect((state) => state.bundled.items);
  const samples = useSelect((state) => state.samples.items);
  const before = useSelect((state) => state.demo.before);
  const active = useActive();
  const actions = useActions();
  const { sample } = catalog.demo;
  const plan = useSelect((state) => state.experiment.config?.plan);
  const facts: readonly Fact[] = [
    ["Model", model?.label ?? ""],
    ["Task", samples.find(({ id }) => id === sample)?.label ?? sample],
    ...(plan === undefined ? [] : planFacts(catalog, plan)),
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

/** What the engine runs, once it has begun: the learning rate is the model's, and it may be a part of the demo. */
function planFacts(catalog: Catalog, { methods, seeds, training }: ExperimentPlan): readonly Fact[] {
  const labels = methods.map(({ id }) => catalog.methods.find((entry) => entry.id === id)?.label ?? id);
  const set = catalog.training.filter(({ id }) => catalog.demo.plan.training[id] !== undefined);
  return [
    ["Methods", labels.join(", ")],
    ["Seeds", seeds.join(", ")],
    ...sharedValues(catalog),
    ...set.map((field): Fact => [field.label, valueText(field, training[field.id])]),
  ];
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
