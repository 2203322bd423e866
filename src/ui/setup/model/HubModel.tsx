import { Button, TextInput, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { Check, Download } from "lucide-react";
import { proposalText } from "../../../analysis/memory-proposals.ts";
import { gigabytesInPaper } from "../../../analysis/paper.ts";
import type { ModelPreset } from "../../../contract/catalog.ts";
import type { PresetMemory } from "../../../contract/sources/presets.ts";
import { isBusy } from "../../../store/state.ts";
import { mainRevision } from "../../../store/setup/hub.ts";
import { repositoriesOf, type KeptRepository } from "../../../store/setup/storage.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { formatBytes, formatCount } from "../../../core/format.ts";
import { DownloadCard } from "../downloads/DownloadCard.tsx";
import { Notices } from "../../frame/Notices.tsx";
import layoutClasses from "../../kit/layout.module.css";
import textClasses from "../../kit/text.module.css";
import classes from "./hub.module.css";

/** A model from the Hub: by its id, or one of the popular ones. */
export function HubModel() {
  const { modelId, revision, download, remark } = useSelect((state) => state.hub);
  const running = useSelect(isBusy);
  const loading = useSelect((state) => state.model.loading);
  const files = useSelect((state) => state.storage.record?.files);
  const actions = useActions();
  const kept = repositoriesOf(files ?? []).filter(({ kind }) => kind === "model");
  const here = kept.some(({ id, complete }) => id === modelId.trim() && complete);
  const busy = download !== null || running || loading;
  return (
    <form
      className={layoutClasses.stack}
      onSubmit={(event) => {
        event.preventDefault();
        void actions.hub.downloadModel();
      }}
    >
      <div className={classes.address}>
        <TextInput
          label="Model id"
          placeholder="organisation/name"
          spellCheck={false}
          autoCapitalize="off"
          value={modelId}
          onChange={(event) => actions.hub.setModel(event.currentTarget.value, revision)}
        />
        <TextInput
          label="Revision"
          placeholder={mainRevision}
          spellCheck={false}
          autoCapitalize="off"
          value={revision}
          onChange={(event) => actions.hub.setModel(modelId, event.currentTarget.value)}
        />
      </div>
      <Presets kept={kept} />
      <div className={layoutClasses.row}>
        <Button
          variant="filled"
          type="submit"
          size="xs"
          disabled={busy}
          loading={loading}
          leftSection={<Download size={14} />}
        >
          {here ? "Load" : "Download and load"}
        </Button>
        <UnstyledButton type="button" className={classes.textButton} onClick={() => actions.storage.show(true)}>
          Downloads
        </UnstyledButton>
      </div>
      <DownloadCard aim="model" />
      {remark?.aim === "model" && <p className={textClasses.hint}>{remark.text}</p>}
      <Notices place="hub-model" />
      <BrokenOff models={kept.filter(({ brokenOff }) => brokenOff)} disabled={busy} />
    </form>
  );
}

/** Popular ones, with the memory that a run of each takes. */
function Presets({ kept }: { readonly kept: readonly KeptRepository[] }) {
  const presets = useSelect((state) => state.engine.catalog?.presets);
  const { modelId, memory, memoryProblem } = useSelect((state) => state.hub);
  const actions = useActions();
  if (presets === undefined) return null;
  const chosen = memory.find(({ id }) => id === modelId.trim());
  return (
    <div>
      <div className={classes.presetHead} aria-hidden>
        <span>Popular models</span>
        <span className={classes.figure}>weights</span>
        <span className={classes.figure}>memory per run</span>
      </div>
      <ul className={classes.presets} aria-label="Popular models">
        {presets.map((preset) => (
          <li key={preset.id}>
            <PresetRow
              preset={preset}
              memory={memory.find(({ id }) => id === preset.id)}
              chosen={preset.id === modelId.trim()}
              kept={kept.some(({ id, complete }) => id === preset.id && complete)}
              onChoose={() => actions.hub.setModel(preset.id)}
            />
          </li>
        ))}
      </ul>
      {typeof chosen?.problem === "string" && <p className={textClasses.problem}>{chosen.problem}</p>}
      <p className={textClasses.hint}>{memoryHint(memory, memoryProblem)}</p>
      {chosen !== undefined && <Proposals memory={chosen} />}
    </div>
  );
}

/** Settings under which the chosen model takes less, to be set by one press; and what the paper takes for it. */
function Proposals({ memory: { id, method, totalBytes, proposals } }: { readonly memory: PresetMemory }) {
  const methods = useSelect((state) => state.engine.catalog?.methods);
  const actions = useActions();
  if (proposals.length === 0) return null;
  const label = methods?.find((one) => one.id === method)?.label ?? method;
  const paper = gigabytesInPaper(method, id);
  return (
    <div className={classes.proposals}>
      <p className={textClasses.hint}>
        {label} takes {formatBytes(totalBytes)}
        {paper === null ? "" : ` (in the paper, with batches of 16, ${paper} GB)`}. The same training in less memory,
        but more time:
      </p>
      <ul aria-label="The same training in less memory">
        {proposals.map((proposal) => (
          <li key={proposalText(proposal)}>
            <Button
              type="button"
              variant="default"
              size="xs"
              onClick={() => actions.settings.saveMemory(proposal.training)}
            >
              {formatBytes(proposal.totalBytes)}: {proposalText(proposal)}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function memoryHint(memory: readonly PresetMemory[], problem: string | null): string {
  if (problem !== null) return `The memory per run is not known: ${problem}`;
  const [first] = memory;
  if (first === undefined) return "";
  return first.upperBound
    ? "GPU memory of one run at the present settings, at most: with every row as long as they allow."
    : "GPU memory of one run at the present settings, with the rows that are loaded.";
}

interface PresetRowProps {
  readonly preset: ModelPreset;
  readonly memory: PresetMemory | undefined;
  readonly chosen: boolean;
  readonly kept: boolean;
  readonly onChoose: () => void;
}

function PresetRow({ preset, memory, chosen, kept, onChoose }: PresetRowProps) {
  const { id, label, parameterCount } = preset;
  const tooMuch = memory !== undefined && memory.problem !== null;
  return (
    <UnstyledButton type="button" className={classes.preset} aria-pressed={chosen} onClick={onChoose} title={id}>
      <span className={classes.presetName}>
        {label}
        {kept && (
          <span className={classes.kept}>
            <Check size={13} />
            <VisuallyHidden component="span">, downloaded</VisuallyHidden>
          </span>
        )}
      </span>
      <span className={classes.figure}>{formatCount(parameterCount)}</span>
      <span className={classes.figure} data-problem={tooMuch}>
        {memory === undefined ? "–" : `${memory.upperBound ? "≤ " : ""}${formatBytes(memory.totalBytes)}`}
        {tooMuch && <VisuallyHidden component="span">, more than this device gives</VisuallyHidden>}
      </span>
    </UnstyledButton>
  );
}

/** Downloads that were cancelled, cut off, or left when the tab was closed. */
function BrokenOff({ models, disabled }: { readonly models: readonly KeptRepository[]; readonly disabled: boolean }) {
  const actions = useActions();
  return models.map((model) => (
    <div key={`${model.id} ${model.commit}`} className={classes.brokenOff}>
      <p>
        {model.id} stopped after {formatBytes(model.sizeBytes)}.
      </p>
      <Button
        disabled={disabled}
        onClick={() => void actions.hub.openKept(model)}
        aria-label={`Resume the download of ${model.id}`}
      >
        Resume
      </Button>
    </div>
  ));
}
