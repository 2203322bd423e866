import { describe, expect, it } from "vitest";
import { createApp } from "../../src/store/app.ts";
import { AnswersPanel } from "../../src/ui/results/answers/AnswersPanel.tsx";
import { CaseBrowser } from "../../src/ui/results/cases/CaseBrowser.tsx";
import { writeResult } from "../../src/analysis/result-text.ts";
import { asScores, asSets } from "../store/fake-answers.ts";
import { ready } from "../store/bench.ts";
import { createFakeTrainer } from "../store/fake-trainer.ts";
import { words } from "./page-words.tsx";

describe("the answers", () => {
  it("show after a run the matrix, scores by class beside the majority, thresholds and calibration", async () => {
    const { app } = await ready();
    expect(words(app, <AnswersPanel />)).not.toContain("answers");
    await app.actions.run();
    const text = words(app, <AnswersPanel />);
    expect(text).toMatch(/277 dev rows, mean over \d seeds, after the last step/);
    expect(text).toMatch(
      /true ↓ predicted → entailment not_entailment entailment [\d.]+ rows: entailment taken for entailment\. \d+ % [\d.]+ rows: entailment taken for not_entailment\. \d+ %/,
    );
    expect(text).toMatch(/Class Precision Recall F1 Support entailment \d+\.\d\d \d+\.\d\d \d+\.\d\d \d+/);
    expect(text).toMatch(/Always “\w+” \(majority\) \d+\.\d\d \d+\.\d\d/);
    expect(text).toContain("A threshold chosen on dev is optimistic");
    expect(text).toMatch(/Expected calibration error \d+\.\d points/);
  });

  it("say what a result from a file lacks, and offer no search of texts that are not there", async () => {
    const { app } = await ready();
    await app.actions.run();
    const result = app.archive.result();
    if (result?.answers === null || result === null) throw new Error("there is no result");
    const { probabilities: _, ...answers } = result.answers;
    const other = createApp(createFakeTrainer(), { quietMs: 0 });
    await other.actions.openResult(new Blob([JSON.stringify({ ...result, answers })]), "old.json");
    expect(words(other, <AnswersPanel />)).toContain("which this result does not hold");
    expect(words(other, <CaseBrowser />)).toContain("they cannot be searched");
    await other.actions.openResult(new Blob([writeResult(result)]), "new.json");
    expect(words(other, <AnswersPanel />)).toContain("Decision threshold");
  });

  it("of rows with several labels show each label's scores, and what is left out", async () => {
    const { app } = await ready();
    await app.actions.run();
    const result = app.archive.result();
    if (result === null) throw new Error("there is no result");
    await app.actions.openResult(new Blob([writeResult(asSets(result))]), "sets.json");
    const text = words(app, <AnswersPanel />);
    expect(text).toMatch(/Micro F1 × 100 \d+\.\d\d Macro F1 × 100 \d+\.\d\d Subset accuracy × 100 \d+\.\d\d/);
    expect(text).toMatch(/Label Precision Recall F1 Support calm \d+\.\d\d \d+\.\d\d \d+\.\d\d \d+/);
    expect(text).toMatch(/Never predicted: rare\./);
    expect(text).not.toContain("Confusion matrix");
    const examples = words(app, <CaseBrowser />);
    expect(examples).toMatch(/calm, loud|calm|none/);
  });

  it("of a regression show errors, correlations and bands", async () => {
    const { app } = await ready();
    await app.actions.run();
    const result = app.archive.result();
    if (result === null) throw new Error("there is no result");
    await app.actions.openResult(new Blob([writeResult(asScores(result))]), "scores.json");
    const text = words(app, <AnswersPanel />);
    expect(text).toMatch(/Mean absolute error 0\.\d+ Mean residual −?0\.\d+ Pearson × 100 \d+\.\d\d/);
    expect(text).toContain("Predicted against true");
    expect(text).toMatch(/0 to 1 \d+ 0\.\d\d 0\.\d\d 1 to 2/);
  });
});
