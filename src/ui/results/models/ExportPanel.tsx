import { Button } from "@mantine/core";
import { Download } from "lucide-react";
import type { ExportableRun, SecondOpinion } from "../../../contract/exports.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { formatNumber, formatWhole } from "../../../core/format.ts";
import { useMethodLooks } from "../../kit/palette.ts";
import { saveFile } from "../../kit/save-file.ts";
import { Problem } from "../../kit/Problem.tsx";
import { MethodName } from "../../kit/Swatch.tsx";
import { TryIt } from "./TryIt.tsx";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import classes from "./exports.module.css";

/** The trained models: to take along, to have checked, to try. Only for what was trained here. */
export function ExportPanel() {
  const runs = useSelect((state) => state.exports.runs);
  const live = useSelect((state) => state.experiment.source === "live");
  const error = useSelect((state) => state.exports.exportError);
  const exported = useSelect((state) => Object.keys(state.exports.opinions).length > 0);
  if (!live || runs.length === 0) return null;
  return (
    <section className={cardClasses.card} aria-label="Trained models">
      <h3 className={cardClasses.title}>Take the models with you</h3>
      <p className={textClasses.hint}>
        One .zip a method, of its last completed run: a Hugging Face folder with <code>model.safetensors</code>, and{" "}
        <code>model.onnx</code>. After the export onnxruntime-web, a program that is not ours, scores dev rows with that
        ONNX file to check it.
      </p>
      <ul className={classes.models}>
        {runs.map((run) => (
          <Model key={run.run} run={run} />
        ))}
      </ul>
      {error !== null && <Problem text={error} />}
      {exported && <TryIt />}
    </section>
  );
}

function Model({ run }: { readonly run: ExportableRun }) {
  const looks = useMethodLooks();
  const busy = useSelect((state) => state.exports.busy);
  const step = useSelect((state) => state.exports.step);
  const training = useSelect((state) => state.experiment.status !== "finished");
  const opinion = useSelect((state) => state.exports.opinions[run.run]);
  const model = useSelect((state) => state.experiment.config?.model.name ?? "model");
  const actions = useActions();
  const { label } = looks(run.method);
  const mine = busy === run.run;
  return (
    <li className={classes.model}>
      <MethodName look={looks(run.method)}>
        {" "}
        <span className={textClasses.soft}>seed {run.seed}</span>
      </MethodName>
      <div className={classes.opinion} aria-live="polite">
        {run.problem !== null && <span className={textClasses.soft}>{run.problem}</span>}
        {mine && (
          <span className={textClasses.soft}>
            {step === "packing" ? "Packing …" : "Checking with onnxruntime-web …"}
          </span>
        )}
        {!mine && opinion !== undefined && <Opinion of={opinion} />}
      </div>
      <Button
        size="xs"
        disabled={run.problem !== null || busy !== null || training}
        leftSection={<Download size={14} />}
        aria-label={`Export ${label}, seed ${run.seed}`}
        onClick={() => void actions.exports.make(run.run, (zip) => saveFile(`${model}-${run.run}.zip`, zip))}
      >
        Export
      </Button>
    </li>
  );
}

function Opinion({ of }: { readonly of: SecondOpinion }) {
  const equal = formatWhole(of.equalShare * of.rowCount);
  const rows = `same prediction on ${equal} of ${formatWhole(of.rowCount)} rows`;
  const largest = `largest logit difference ${formatNumber(of.maxLogitDifference)}`;
  if (of.agrees) {
    return (
      <span>
        <b>✓ ONNX agrees:</b> {rows} ({largest})
      </span>
    );
  }
  return (
    <span className={classes.wrong}>
      <b>ONNX does not agree:</b> {rows} ({largest}; rounding explains at most {formatNumber(of.limit)}). Do not use
      this file, and please report it.
    </span>
  );
}
