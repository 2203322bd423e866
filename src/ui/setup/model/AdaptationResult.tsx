import { Button } from "@mantine/core";
import { Download, Undo2 } from "lucide-react";
import { adaptationText, formatPerplexity, perplexityOf } from "../../../analysis/adaptation.ts";
import type { AdaptationRecord } from "../../../contract/pretraining.ts";
import { useActions, useActive, useSelect } from "../../app-context.ts";
import { Cancel } from "../../frame/Cancel.tsx";
import { formatWhole } from "../../../core/format.ts";
import { saveFile } from "../../kit/files/save-file.ts";
import { HeldOut } from "./HeldOut.tsx";
import cardClasses from "../../kit/card.module.css";
import classes from "./adapt.module.css";

/** What became of the model: the figures before and after, the way back, and the weights to take along. */
export function AdaptationResult() {
  const model = useSelect((state) => state.model.model);
  const status = useSelect((state) => state.adaptation.status);
  const last = model?.adaptations.at(-1);
  if (model === null || last === undefined || status !== "idle") return null;
  const earlier = model.adaptations.slice(0, -1);
  return (
    <section className={cardClasses.box} aria-label="The adapted model">
      <p className={classes.heading}>The adapted model is in use</p>
      {earlier.map((adaptation, index) => (
        <p key={`${index} ${adaptation.steps}`} className={classes.note}>
          Before: {adaptationText(adaptation)}.
        </p>
      ))}
      <Figures adaptation={last} vocabularySize={model.vocabularySize} />
      <Curve />
      <Actions name={model.name} />
    </section>
  );
}

interface FiguresProps {
  readonly adaptation: AdaptationRecord;
  readonly vocabularySize: number;
}

function Figures({ adaptation, vocabularySize }: FiguresProps) {
  const { steps, values, files } = adaptation;
  const [before, after] = [perplexityOf(adaptation.before), perplexityOf(adaptation.after)];
  const stopped = typeof values["steps"] === "number" && steps < values["steps"];
  const worse = !(after <= before);
  return (
    <>
      <dl className={classes.figures}>
        <div>
          <dt>Held-out perplexity before</dt>
          <dd>{formatPerplexity(before)}</dd>
        </div>
        <div>
          <dt>after</dt>
          <dd data-worse={worse}>{formatPerplexity(after)}</dd>
        </div>
      </dl>
      <p className={classes.note}>
        {stopped ? `Stopped after ${steps} of ${String(values["steps"])} steps` : `${steps} steps`} on{" "}
        {files.join(", ")}; {formatWhole(adaptation.tokens)} tokens. Lower is better; blind guessing has{" "}
        {formatWhole(vocabularySize)}, and so has a new head.
        {worse && " It knows the held-out text less well than before: try a lower learning rate, or go back."}
      </p>
    </>
  );
}

function Curve() {
  const evaluations = useSelect((state) => state.adaptation.evaluations);
  if (evaluations.length < 2) return null;
  return (
    <div className={classes.curve}>
      <HeldOut evaluations={evaluations} stepsPlanned={0} />
    </div>
  );
}

function Actions({ name }: { readonly name: string }) {
  const busy = useActive();
  const packing = useSelect((state) => state.adaptation.packing);
  const { adaptation } = useActions();
  return (
    <div className={classes.buttons}>
      <Button size="xs" disabled={busy} leftSection={<Undo2 size={14} />} onClick={() => void adaptation.restore()}>
        Back to the original
      </Button>
      <Button
        size="xs"
        loading={packing}
        leftSection={<Download size={14} />}
        onClick={() => void adaptation.take((zip) => saveFile(`${name}-adapted.zip`, zip))}
      >
        Download it (.zip)
      </Button>
      {packing && <Cancel what="export" of="the export" />}
    </div>
  );
}
