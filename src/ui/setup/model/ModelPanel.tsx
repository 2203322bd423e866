import { Tabs } from "@mantine/core";
import type { HubSource, ModelRecord } from "../../../contract/run.ts";
import type { ModelOrigin } from "../../../store/results/view.ts";
import { isBusy } from "../../../store/state.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { Cancel } from "../../frame/Cancel.tsx";
import { Facts, type Fact } from "../../kit/Facts.tsx";
import { DropZone } from "../../kit/files/DropZone.tsx";
import { ScrollRegion } from "../../kit/ScrollRegion.tsx";
import { formatCount, formatWhole } from "../../../core/format.ts";
import { useFamily } from "./use-family.ts";
import { Chain, Chip } from "../Chain.tsx";
import { AdaptPanel } from "./AdaptPanel.tsx";
import { BundledModels } from "./BundledModels.tsx";
import { HubModel } from "./HubModel.tsx";
import { ModelLineup } from "./ModelLineup.tsx";
import { Notices } from "../../frame/Notices.tsx";
import cardClasses from "../../kit/card.module.css";
import layoutClasses from "../../kit/layout.module.css";
import textClasses from "../../kit/text.module.css";
import classes from "./ModelPanel.module.css";

const origins: readonly ModelOrigin[] = ["bundled", "hub", "disk"];

/** Step 1: drop a pre-trained model, see what it is. */
export function ModelPanel() {
  const { model } = useSelect((state) => state.model);
  const bundled = useSelect((state) => state.bundled.items.length > 0);
  const chosen = useSelect((state) => state.view.modelOrigin);
  const origin = chosen === "bundled" && !bundled ? "hub" : chosen;
  const actions = useActions();
  return (
    <div className={layoutClasses.stack}>
      {model !== null && <ModelCard model={model} />}
      <Tabs
        value={origin}
        onChange={(value) => actions.view.change({ modelOrigin: origins.find((one) => one === value) ?? "hub" })}
      >
        <Tabs.List grow mb={12}>
          {bundled && <Tabs.Tab value="bundled">Included</Tabs.Tab>}
          <Tabs.Tab value="hub">From the Hub</Tabs.Tab>
          <Tabs.Tab value="disk">From disk</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="bundled">
          <BundledModels />
        </Tabs.Panel>
        <Tabs.Panel value="hub">
          <HubModel />
        </Tabs.Panel>
        <Tabs.Panel value="disk">
          <DiskModel />
        </Tabs.Panel>
      </Tabs>
      <Notices place="model" />
      <ModelLineup />
      <AdaptPanel />
    </div>
  );
}

function DiskModel() {
  const { model, loading } = useSelect((state) => state.model);
  const busy = useSelect(isBusy);
  const actions = useActions();
  return (
    <DropZone
      label={model === null ? "a model folder" : "another model"}
      folders
      several
      busy={loading}
      cancel={<Cancel what="model" of="the reading" />}
      disabled={busy}
      compact={model !== null}
      onFiles={(files) => void actions.model.load(files)}
    >
      {model === null && (
        <p className={textClasses.hint}>
          A Hugging Face folder, its files, or a .zip of them: <code>config.json</code>, <code>model.safetensors</code>{" "}
          or <code>pytorch_model.bin</code>, and <code>tokenizer.json</code>, <code>vocab.txt</code>,{" "}
          <code>vocab.json</code> with <code>merges.txt</code>, or <code>spm.model</code>.
        </p>
      )}
    </DropZone>
  );
}

function ModelCard({ model }: { readonly model: ModelRecord }) {
  const family = useFamily(model);
  const facts: readonly Fact[] = [
    ["Parameters", formatCount(model.parameterCount)],
    ["Layers", String(model.layerCount)],
    ["Hidden size", String(model.hiddenSize)],
    ["Heads", String(model.headCount)],
    ["Vocabulary", formatWhole(model.vocabularySize)],
    ["Text", model.lowercase ? "uncased" : "cased"],
  ];
  return (
    <section className={cardClasses.box} aria-label="The loaded model">
      <p className={cardClasses.boxTitle}>
        {model.name} <span className={textClasses.soft}>{family?.label ?? model.family}</span>
      </p>
      <Facts facts={facts} />
      {model.source.kind === "hub" && <HubOrigin source={model.source} />}
      {model.reading.length > 0 && (
        <div className={classes.reading}>
          <Chain name="model" assumed={model.notes}>
            {model.reading.map((step) => (
              <Chip key={step}>{step}</Chip>
            ))}
          </Chain>
        </div>
      )}
      {model.skippedTensors.length > 0 && (
        <details className={textClasses.details}>
          <summary>{model.skippedTensors.length} tensors of the file are not needed</summary>
          <ScrollRegion label="Tensors that are not needed" tall>
            <p className={classes.tensors}>{model.skippedTensors.join("\n")}</p>
          </ScrollRegion>
        </details>
      )}
    </section>
  );
}

/** Where on the Hub a model is from, to the commit. */
function HubOrigin({ source }: { readonly source: HubSource }) {
  const { id, revision, commit } = source;
  return (
    <p className={textClasses.hint}>
      From the Hub: <code>{id}</code>,{" "}
      {revision !== commit && (
        <>
          revision <code>{revision}</code>,{" "}
        </>
      )}
      commit <code title={commit}>{commit.slice(0, 8)}</code>
    </p>
  );
}
