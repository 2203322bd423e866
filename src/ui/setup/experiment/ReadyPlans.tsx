import { Button, NativeSelect, SegmentedControl } from "@mantine/core";
import { Check } from "lucide-react";
import { useState } from "react";
import { useShallow } from "zustand/react/shallow";
import type { Catalog, PlanEntry } from "../../../contract/catalog.ts";
import { runCountOf } from "../../../contract/grid.ts";
import type { ExperimentPlan } from "../../../contract/run.ts";
import { writeSeeds } from "../../../contract/seeds.ts";
import { shownAxes } from "../../../analysis/grids/axes.ts";
import { settingWords } from "../../../analysis/grids/setting-text.ts";
import { readyPlan } from "../../../store/setup/plans.ts";
import { loadedOf } from "../../../store/state.ts";
import { settingsOfPlan } from "../../../store/setup/plan.ts";
import { writeSettings } from "../../../store/setup/settings.ts";
import { useActions, useActive, useSelect } from "../../app-context.ts";
import { countOf } from "../../../core/format.ts";
import { Facts, type Fact } from "../../kit/Facts.tsx";
import cardClasses from "../../kit/card.module.css";
import layoutClasses from "../../kit/layout.module.css";
import textClasses from "../../kit/text.module.css";
import classes from "./plan.module.css";

type Size = keyof PlanEntry["sizes"];

/** The experiments of the paper, ready to run: what each asks, what it takes, and what it still needs. */
export function ReadyPlans({ catalog }: { readonly catalog: Catalog }) {
  const [id, setId] = useState("");
  const [size, setSize] = useState<Size>("small");
  const entry = catalog.plans.find((one) => one.id === id);
  const options = catalog.plans.map((one) => ({ value: one.id, label: `${one.label} · ${one.where}` }));
  return (
    <div className={layoutClasses.stackTight}>
      <NativeSelect
        size="sm"
        label="Ready-made experiment"
        description="The paper's own experiments on your data; or set up your own below."
        data={[{ value: "", label: "Custom" }, ...options]}
        value={id}
        onChange={(event) => setId(event.currentTarget.value)}
      />
      {entry !== undefined && (
        <section className={cardClasses.box} aria-label={entry.label}>
          <p className={classes.summary}>{entry.summary}</p>
          <SegmentedControl
            fullWidth
            aria-label="Size of the experiment"
            data={[
              { value: "small", label: "Small, in minutes" },
              { value: "full", label: "As in the paper" },
            ]}
            value={size}
            onChange={(value) => setSize(value === "full" ? "full" : "small")}
          />
          <Contents catalog={catalog} plan={entry.sizes[size]} />
          {size === "full" && entry.recipes !== undefined && <Recipe entry={entry} />}
          <Needs entry={entry} />
          <Use catalog={catalog} entry={entry} size={size} />
        </section>
      )}
    </div>
  );
}

function Contents({ catalog, plan }: { readonly catalog: Catalog; readonly plan: ExperimentPlan }) {
  const { methods, seeds, grid } = plan;
  const names = methods.map(({ id }) => catalog.methods.find((entry) => entry.id === id)?.label ?? id);
  const axes = shownAxes(catalog, grid);
  const facts: readonly Fact[] = [
    ["Methods", names.length > 4 ? countOf(names.length, "method") : names.join(", ")],
    ["Seeds", writeSeeds(seeds)],
    ...axes.map(({ label, values, word }): Fact => [label, values.map(word).join(", ")]),
    ["Makes", countOf(runCountOf(catalog, plan), "run")],
  ];
  return <Facts className={classes.contents} facts={facts} />;
}

/** How the loaded model is trained on the loaded task, where the paper says so. */
function Recipe({ entry }: { readonly entry: PlanEntry }) {
  const loaded = useSelect(useShallow(loadedOf));
  const name = useSelect((state) => state.model.model?.name ?? "the model");
  const { recipe } = readyPlan(entry, "full", loaded);
  const of = `for ${name} on this task`;
  return (
    <p className={textClasses.hint}>
      {recipe === null
        ? `The paper has no recipe ${of}: it is trained by the recipe for BERT.`
        : `The paper's recipe ${of}: ${settingWords(recipe.training)}.`}
    </p>
  );
}

/** What is still missing before the plan can be run, with the shortest way to it. */
function Needs({ entry }: { readonly entry: PlanEntry }) {
  const noTrain = useSelect((state) => state.data.train === null);
  const noTransfers = useSelect((state) => state.transfers.sets.length === 0);
  const sample = useSelect((state) => state.samples.items.find(({ id }) => id === entry.sample));
  const loading = useSelect((state) => state.samples.loading !== null);
  const actions = useActions();
  const needsFiles = entry.sample === null && noTrain;
  const needsTransfers = entry.transfers && noTransfers;
  if (!needsFiles && !needsTransfers && !(noTrain && sample !== undefined)) return null;
  return (
    <ul className={`${textClasses.warning} ${classes.needs}`}>
      {needsFiles && <li>It needs files of your own: none of the sample tasks fits. Add them under Data.</li>}
      {needsTransfers && (
        <li>It needs at least one labelled set of another source: add it under Data, “Also score on other sets”.</li>
      )}
      {noTrain && sample !== undefined && (
        <li>
          It runs on the loaded task; there is none yet.{" "}
          <Button size="compact-xs" loading={loading} onClick={() => void actions.samples.load(sample.id)}>
            Load the sample task {sample.label}
          </Button>
        </li>
      )}
    </ul>
  );
}

/** Sets what the plan says; tells where the settings are as it says already. */
function Use({ catalog, entry, size }: { readonly catalog: Catalog; readonly entry: PlanEntry; readonly size: Size }) {
  const settings = useSelect((state) => state.settings);
  const loaded = useSelect(useShallow(loadedOf));
  const busy = useActive();
  const actions = useActions();
  const { plan } = readyPlan(entry, size, loaded);
  const taken = writeSettings(settingsOfPlan(catalog, plan, settings)) === writeSettings(settings);
  return (
    <div className={classes.use}>
      <Button
        variant="filled"
        size="xs"
        disabled={busy || taken}
        leftSection={taken ? <Check size={14} /> : undefined}
        onClick={() => actions.plans.takeReady(entry, size)}
      >
        {taken ? "These are the settings now" : "Use this experiment"}
      </Button>
      {!taken && <p className={textClasses.hint}>Sets methods, seeds, training and what is varied.</p>}
    </div>
  );
}
