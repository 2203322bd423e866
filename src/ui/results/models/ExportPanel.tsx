import { Button, NativeSelect } from "@mantine/core";
import { Download } from "lucide-react";
import type { ExportableRun, SecondOpinion } from "../../../contract/exports.ts";
import { useState } from "react";
import { byMethod } from "../../../store/results/by-method.ts";
import { inPlanOrder } from "../../../store/results/method-order.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { Cancel } from "../../frame/Cancel.tsx";
import { formatNumber, formatWhole } from "../../../core/format.ts";
import { useMethodLooks } from "../../kit/palette.ts";
import { saveFile } from "../../kit/files/save-file.ts";
import { Problem } from "../../kit/Problem.tsx";
import { MethodName } from "../../kit/Swatch.tsx";
import { trainedModelsAnchor } from "./anchor.ts";
import { TryIt } from "./TryIt.tsx";
import { useRunName } from "./use-run-name.ts";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import classes from "./exports.module.css";

/** The trained models: to try, to take along, to have checked. Only for what was trained here. */
export function ExportPanel() {
  const kept = useSelect((state) => state.exports.runs);
  const plan = useSelect((state) => state.experiment.config?.plan);
  const runs = inPlanOrder(kept, plan);
  const live = useSelect((state) => state.experiment.source === "live");
  const error = useSelect((state) => state.exports.exportError);
  if (!live || runs.length === 0) return null;
  const dropped = runs.filter(({ problem }) => problem !== null);
  return (
    <section id={trainedModelsAnchor} className={cardClasses.card} aria-label="Trained models">
      <h3 className={cardClasses.title}>Trained models</h3>
      {dropped.length < runs.length && <TryIt />}
      <h4 className={classes.partTitle}>Take the models with you</h4>
      <p className={textClasses.hint}>
        A .zip with a Hugging Face folder: <code>model.safetensors</code>, and <code>model.onnx</code>. After the export
        onnxruntime-web, a program that is not ours, scores dev rows with that ONNX file to check it.
      </p>
      <ul className={classes.models}>
        {byMethod(runs).map(([method, own]) => (
          <Model key={method} runs={own} />
        ))}
      </ul>
      {dropped.length > 0 && <Dropped runs={dropped} />}
      {error !== null && <Problem text={error} />}
    </section>
  );
}

/** Runs that are named where many are not kept. */
const mostNames = 8;

/** Which models are not kept, and why. */
function Dropped({ runs }: { readonly runs: readonly ExportableRun[] }) {
  const name = useRunName();
  const reasons = [...new Set(runs.flatMap(({ problem }) => problem ?? []))];
  return reasons.map((reason) => {
    const names = runs.filter(({ problem }) => problem === reason).map(name);
    const more = names.length > mostNames ? [`${names.length - mostNames} more`] : [];
    return (
      <p key={reason} className={textClasses.hint}>
        Not kept: {[...names.slice(0, mostNames), ...more].join("; ")}. {reason}
      </p>
    );
  });
}

/** The models of one method: which run's is taken along, and what onnxruntime-web found. */
function Model({ runs }: { readonly runs: readonly ExportableRun[] }) {
  const [wanted, setWanted] = useState<string | null>(null);
  const looks = useMethodLooks();
  const name = useRunName();
  const busy = useSelect((state) => state.exports.busy);
  const step = useSelect((state) => state.exports.step);
  const training = useSelect((state) => state.experiment.status !== "finished");
  const model = useSelect((state) => state.experiment.config?.model.name ?? "model");
  const kept = runs.filter(({ problem }) => problem === null);
  const one = kept.find(({ run }) => run === wanted) ?? kept.at(-1);
  const opinion = useSelect((state) => (one === undefined ? undefined : state.exports.opinions[one.run]));
  const actions = useActions();
  const { method = "" } = runs[0] ?? {};
  if (one === undefined) return null;
  const mine = busy === one.run;
  return (
    <li className={classes.model}>
      <MethodName look={looks(method)} />
      <NativeSelect
        size="xs"
        aria-label={`Run of ${looks(method).label} to export`}
        data={kept.map((run) => ({ value: run.run, label: name(run).replace(`${looks(method).label}, `, "") }))}
        value={one.run}
        onChange={(event) => setWanted(event.currentTarget.value)}
      />
      <div className={classes.opinion} aria-live="polite">
        {mine && (
          <span className={textClasses.soft}>
            {step === "packing" ? "Packing …" : "Checking with onnxruntime-web …"}
          </span>
        )}
        {!mine && opinion !== undefined && <Opinion of={opinion} />}
      </div>
      {mine ? (
        <Cancel what="export" of="the export" />
      ) : (
        <Button
          size="xs"
          disabled={busy !== null || training}
          leftSection={<Download size={14} />}
          aria-label={`Export ${name(one)}`}
          onClick={() => void actions.exports.make(one.run, (zip) => saveFile(`${model}-${one.run}.zip`, zip))}
        >
          Export
        </Button>
      )}
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
