import { Button, NativeSelect, Progress } from "@mantine/core";
import { Download } from "lucide-react";
import { useMemo } from "react";
import { lastKept } from "../../../store/results/exports.ts";
import { useActions, useActive, useSelect } from "../../app-context.ts";
import { Cancel } from "../../frame/Cancel.tsx";
import { formatWhole } from "../../../core/format.ts";
import { DropZone } from "../../kit/files/DropZone.tsx";
import { Problem } from "../../kit/Problem.tsx";
import { saveFile } from "../../kit/files/save-file.ts";
import { tableTypes } from "../../setup/data/file-types.ts";
import { PredictedRows } from "./PredictedRows.tsx";
import { PredictionColumns } from "./PredictionColumns.tsx";
import { useRunName } from "./use-run-name.ts";
import cardClasses from "../../kit/card.module.css";
import layoutClasses from "../../kit/layout.module.css";
import textClasses from "../../kit/text.module.css";
import classes from "./exports.module.css";

interface AskableModel {
  readonly value: string;
  readonly label: string;
}

/** Every model that can be asked: of the runs the last of each method first, then those that were opened. */
function useAskable(): readonly AskableModel[] {
  const runs = useSelect((state) => state.exports.runs);
  const live = useSelect((state) => state.experiment.source === "live");
  const opened = useSelect((state) => state.opened.models);
  const name = useRunName();
  return useMemo(() => {
    const kept = live ? runs.filter(({ problem }) => problem === null) : [];
    const first = lastKept(kept);
    const ordered = [...first, ...kept.filter((run) => !first.includes(run))];
    return [
      ...ordered.map((run) => ({ value: run.run, label: name(run) })),
      ...opened.map((model) => ({ value: model.id, label: `${model.name} (from disk, on the CPU)` })),
    ];
  }, [runs, live, opened, name]);
}

/** A file without labels, asked of a trained or an opened model row by row; shown only where there is one. */
export function PredictFile() {
  const models = useAskable();
  const { model, input, loading, progress, error, result } = useSelect((state) => state.prediction);
  const training = useActive();
  const actions = useActions();
  const [first] = models;
  if (first === undefined) return null;
  const chosen = models.find(({ value }) => value === model) ?? first;
  return (
    <section className={cardClasses.card} aria-label="Predict a file">
      <h3 className={cardClasses.title}>Predict a file</h3>
      <p className={textClasses.hint}>
        A TSV, CSV, JSON, Parquet or .xlsx file with a text or a pair on each row, as a test file of GLUE. It needs no
        labels; where it has some, the predictions are scored. Nothing leaves the computer.
      </p>
      <div className={classes.predictHead}>
        <NativeSelect
          label="Model"
          data={[...models]}
          value={chosen.value}
          disabled={progress !== null}
          onChange={(event) => void actions.prediction.choose(event.currentTarget.value)}
        />
      </div>
      <DropZone
        label="a file to predict"
        accept={tableTypes}
        busy={loading}
        cancel={<Cancel what="prediction" of="the reading" />}
        disabled={training || progress !== null}
        compact
        onFiles={(files) => void actions.prediction.load(files, chosen.value)}
      />
      {input !== null && model === chosen.value && <PredictionColumns input={input} />}
      {error !== null && <Problem text={error} />}
      {input !== null && model === chosen.value && <Start training={training} />}
      {result !== null && (
        <>
          <PredictedRows of={result} />
          <Button
            mt={12}
            size="xs"
            leftSection={<Download size={14} />}
            onClick={() => saveFile(`${(input?.name ?? "file").replace(/\.[^.]+$/, "")}-predictions.tsv`, result.file)}
          >
            Download predictions
          </Button>
        </>
      )}
    </section>
  );
}

/** Predict, and while it does how far it is, and Stop. */
function Start({ training }: { readonly training: boolean }) {
  const { mapping, progress, stopping, loading } = useSelect((state) => state.prediction);
  const busy = useSelect((state) => state.exports.busy !== null);
  const actions = useActions();
  if (progress === null) {
    return (
      <Button
        mt={12}
        variant="filled"
        size="xs"
        disabled={mapping === null || training || loading || busy}
        onClick={() => void actions.prediction.start()}
      >
        Predict
      </Button>
    );
  }
  const { done, total } = progress;
  return (
    <div className={`${layoutClasses.row} ${classes.predicting}`}>
      <Progress value={(100 * done) / Math.max(1, total)} aria-label="Predicting" className={classes.bar} />
      <span className={textClasses.soft}>
        {formatWhole(done)} of {formatWhole(total)} rows
      </span>
      <Button size="compact-xs" disabled={stopping} onClick={() => void actions.prediction.stop()}>
        {stopping ? "Stopping …" : "Stop"}
      </Button>
    </div>
  );
}
