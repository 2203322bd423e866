import { Button, CloseButton } from "@mantine/core";
import { Download, Undo2 } from "lucide-react";
import type { LinkedSetup } from "../../contract/links/setup-link.ts";
import { writeSeeds } from "../../contract/seeds.ts";
import { missingForRun } from "../../store/state.ts";
import { formatBytes, formatCount } from "../../core/format.ts";
import { useActions, useActive, useSelect } from "../app-context.ts";
import { Facts, type Fact } from "../kit/Facts.tsx";
import cardClasses from "../kit/card.module.css";
import textClasses from "../kit/text.module.css";
import classes from "./share.module.css";

/** What a link has set, what it asks to be downloaded, and the way back. */
export function LinkNote() {
  const setup = useSelect((state) => state.link.setup);
  const before = useSelect((state) => state.link.before);
  const opening = useSelect((state) => state.link.opening);
  const ready = useSelect((state) => missingForRun(state).length === 0);
  const active = useActive();
  const actions = useActions();
  if (setup === null) return null;
  return (
    <section className={`${cardClasses.told} ${classes.note}`} aria-labelledby="link-note">
      <div className={classes.head}>
        <h3 id="link-note" className={cardClasses.title}>
          Settings from a link
        </h3>
        <CloseButton size="sm" aria-label="Dismiss this note" onClick={() => actions.link.dismiss()} />
      </div>
      <Contents setup={setup} />
      <ModelDownload setup={setup} />
      <DataDownload setup={setup} />
      <p className={textClasses.hint}>
        {ready ? "All is there: Run repeats the experiment." : opening ? "Loading …" : "Nothing runs by itself."} A link
        holds settings and names only.
      </p>
      {before !== null && (
        <div>
          <Button
            disabled={active}
            leftSection={<Undo2 size={14} aria-hidden />}
            onClick={() => actions.link.restoreSettings()}
          >
            Restore my settings
          </Button>
        </div>
      )}
    </section>
  );
}

function Contents({ setup }: { readonly setup: LinkedSetup }) {
  const catalog = useSelect((state) => state.engine.catalog);
  const models = useSelect((state) => state.bundled.items);
  const samples = useSelect((state) => state.samples.items);
  const { plan, model, data } = setup;
  const methods = plan.methods.map(({ id }) => catalog?.methods.find((entry) => entry.id === id)?.label ?? id);
  const bundled = model?.kind === "bundled" ? models.find(({ id }) => id === model.id)?.label : undefined;
  const sample = data?.kind === "sample" ? samples.find(({ id }) => id === data.id)?.label : undefined;
  const task = data?.kind === "hub" ? catalog?.tasks.find(({ id }) => id === data.task)?.label : undefined;
  const facts: readonly Fact[] = [
    ["Plan", setup.name],
    ["Methods", methods.join(", ")],
    ["Seeds", writeSeeds(plan.seeds)],
    ["Model", bundled ?? model?.id ?? "the sender's own: load one in step 1"],
    ["Data", sample ?? task ?? "the sender's own: add yours in step 2"],
  ];
  return <Facts label="What the link set" facts={facts} />;
}

/** Nothing comes from the Hub before a person has read what, and pressed. */
function ModelDownload({ setup: { model: wanted } }: { readonly setup: LinkedSetup }) {
  const catalog = useSelect((state) => state.engine.catalog);
  const loaded = useSelect((state) => state.model.model?.source);
  const address = useSelect((state) => state.settings.hub);
  const busy = useSelect((state) => state.hub.download !== null || state.model.loading);
  const active = useActive();
  const actions = useActions();
  if (wanted?.kind !== "hub" || (loaded?.kind === "hub" && loaded.id === wanted.id)) return null;
  const preset = catalog?.presets.find(({ id }) => id === wanted.id);
  const size =
    preset === undefined
      ? "of a size that the Hub tells when it is asked"
      : `${formatCount(preset.parameterCount)} weights, about ${formatBytes(preset.parameterCount * 4)}`;
  return (
    <div className={classes.ask}>
      <p className={textClasses.hint}>
        The link asks for the model <b>{wanted.id}</b>, revision {wanted.revision.slice(0, 12)}, {size}. It would be
        downloaded from {new URL(address).host}, and only when you press:
      </p>
      <Button
        disabled={busy || active}
        leftSection={<Download size={14} aria-hidden />}
        onClick={() => {
          actions.hub.setModel(wanted.id, wanted.revision);
          void actions.hub.downloadModel();
        }}
      >
        Download the model
      </Button>
    </div>
  );
}

function DataDownload({ setup: { data: wanted } }: { readonly setup: LinkedSetup }) {
  const catalog = useSelect((state) => state.engine.catalog);
  const loaded = useSelect((state) => state.data.trainSource);
  const address = useSelect((state) => state.settings.hub);
  const busy = useSelect(({ hub, data }) => hub.download !== null || data.loadingTrain || data.loadingDev);
  const active = useActive();
  const actions = useActions();
  const task = wanted?.kind === "hub" ? catalog?.tasks.find(({ id }) => id === wanted.task) : undefined;
  if (wanted?.kind !== "hub" || task === undefined || task.hub === null) return null;
  if (loaded?.kind === "hub" && loaded.path === task.hub.train.path) return null;
  const dev = task.hub.dev.find(({ path }) => path === wanted.dev);
  return (
    <div className={classes.ask}>
      <p className={textClasses.hint}>
        The link asks for the rows of <b>{task.label}</b>, {task.hub.dataset},{" "}
        {formatBytes(task.hub.train.sizeBytes + (dev?.sizeBytes ?? 0))} from {new URL(address).host}:
      </p>
      <Button
        disabled={busy || active}
        leftSection={<Download size={14} aria-hidden />}
        onClick={() => {
          actions.hub.setTask(wanted.task, wanted.dev);
          void actions.hub.downloadTask(task);
        }}
      >
        Download the rows
      </Button>
    </div>
  );
}
