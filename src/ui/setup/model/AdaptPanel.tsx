import { Button } from "@mantine/core";
import { FileText } from "lucide-react";
import type { TextRecord } from "../../../contract/pretraining.ts";
import { isBusy } from "../../../store/state.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { Cancel } from "../../frame/Cancel.tsx";
import { DropZone } from "../../kit/files/DropZone.tsx";
import { countOf, formatCount } from "../../../core/format.ts";
import { useFamily } from "./use-family.ts";
import { AdaptationProgress } from "./AdaptationProgress.tsx";
import { AdaptationResult } from "./AdaptationResult.tsx";
import { AdaptationSettings } from "./AdaptationSettings.tsx";
import { Notices } from "../../frame/Notices.tsx";
import layoutClasses from "../../kit/layout.module.css";
import textClasses from "../../kit/text.module.css";
import classes from "./adapt.module.css";

/** Within step 1, folded: pre-train the model further on a person's own text before it is fine-tuned. */
export function AdaptPanel() {
  const model = useSelect((state) => state.model.model);
  const texts = useSelect((state) => state.adaptation.texts);
  const status = useSelect((state) => state.adaptation.status);
  const family = useFamily(model);
  if (model === null) return null;
  if (family?.adaptable === false) {
    return (
      <p className={textClasses.hint}>A {family.label} cannot be adapted to a text first: it is fine-tuned as it is.</p>
    );
  }
  const running = status !== "idle";
  return (
    <details className={classes.fold}>
      <summary className={classes.summary}>Adapt the model to your text first (optional)</summary>
      <div className={layoutClasses.stack}>
        <p className={textClasses.hint}>
          A model that has read text like yours often fine-tunes better on it. Here it goes on with its pre-training: it
          guesses words that were hidden in your text, which needs no labels, and part of the text is held out to see
          whether it has learnt. Everything stays on this machine.
        </p>
        <AdaptationResult />
        {texts === null ? <TextDrop /> : <Texts texts={texts} />}
        {texts !== null && !running && <AdaptationSettings />}
        {running && <AdaptationProgress />}
        <Notices place="adaptation" />
      </div>
    </details>
  );
}

function TextDrop() {
  const reading = useSelect((state) => state.adaptation.reading);
  const phase = useSelect((state) => state.adaptation.phase);
  const busy = useSelect(isBusy);
  const actions = useActions();
  return (
    <DropZone
      label="plain text"
      accept=".txt,.gz"
      several
      busy={reading}
      cancel={<Cancel what="texts" of="the reading" />}
      disabled={busy}
      compact
      onFiles={(files) => void actions.adaptation.loadTexts(files)}
    >
      <p className={textClasses.hint}>
        {reading && phase !== null
          ? `${phase.text} ${formatCount(phase.done)}`
          : "One or several .txt or .txt.gz files in UTF-8: a paragraph a line, an empty line between documents. From some ten thousand words on it is worth while."}
      </p>
    </DropZone>
  );
}

function Texts({ texts }: { readonly texts: TextRecord }) {
  const locked = useSelect(isBusy);
  const actions = useActions();
  return (
    <div className={classes.texts}>
      <FileText size={16} />
      <p className={classes.textNames}>
        {texts.files.join(", ")}
        <span className={classes.textFacts}>
          {countOf(texts.documentCount, "document")}, {countOf(texts.tokenCount, "token")}
        </span>
      </p>
      {!locked && (
        <Button
          variant="subtle"
          size="compact-xs"
          aria-label="Remove the text"
          onClick={() => void actions.adaptation.loadTexts([])}
        >
          Remove
        </Button>
      )}
    </div>
  );
}
