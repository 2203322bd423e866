import { describe, expect, it } from "vitest";
import { withRecipe } from "../../../src/contract/recipe.ts";
import { checkPlanSettings } from "../../../src/experiment/plan/checked-plan.ts";
import { families } from "../../../src/experiment/plans/families.ts";
import { rateAt } from "../../../src/optim/schedule.ts";
import { stepCounts } from "../../../src/train/finetuning/settings.ts";

const { full } = families.sizes;
const recipes = families.recipes ?? [];

/** How a family is trained on so many rows of a task: rows a step, full rate, steps, LLRD, and the step of the full rate. */
function trained(family: string, task: string | null, rowCount: number) {
  const { plan } = withRecipe(full, recipes, family, task);
  const { settings } = checkPlanSettings(plan, 3e-4);
  const { maxSteps } = stepCounts(settings, rowCount);
  const rates = Array.from({ length: maxSteps }, (_, index) => rateAt(settings, index + 1, maxSteps));
  const peak = Math.max(...rates);
  return [settings.batchSize, peak, maxSteps, settings.layerDecay, rates.indexOf(peak)];
}

describe("a family's recipe in the full size of the plan", () => {
  // Steps are epochs × ⌈rows / batch⌉ where the paper gives epochs; GLUE's RTE has 2,490 rows, MRPC 3,668, CoLA 8,551, STS-B 5,749.
  it.each([
    ["bert", "rte", 2490, [16, 2e-5, 3 * 156, 1, 47]],
    ["bert", "sst2", 160, [16, 2e-5, 30, 1, 3]],
    ["roberta", "rte", 2490, [16, 2e-5, 2036, 1, 122]],
    ["roberta", "mrpc", 3668, [16, 1e-5, 2296, 1, 137]],
    ["roberta", "stsb", 5749, [16, 2e-5, 3598, 1, 214]],
    ["roberta", "cola", 8551, [16, 1e-5, 5336, 1, 320]],
    ["electra", "rte", 2490, [32, 5e-5, 780, 0.9, 78]],
    ["electra", "stsb", 5749, [32, 5e-5, 1800, 0.9, 180]],
    ["electra", "mrpc", 3668, [32, 5e-5, 345, 0.9, 35]],
    ["electra", "cola", 8551, [32, 5e-5, 804, 0.9, 81]],
    ["bart", "rte", 2490, [32, 1e-5, 234, 1, 24]],
    ["bart", "stsb", 5749, [32, 2e-5, 540, 1, 54]],
    ["bart", "mrpc", 3668, [64, 2e-5, 174, 1, 18]],
    ["bart", "cola", 8551, [64, 2e-5, 402, 1, 41]],
    ["deberta", "rte", 2490, [32, 1e-5, 468, 1, 50]],
    ["deberta-v2", "mrpc", 3668, [32, 1e-5, 690, 1, 50]],
    ["deberta", "stsb", 5749, [32, 7e-6, 720, 1, 100]],
    ["deberta-v2", "cola", 8551, [32, 7e-6, 1608, 1, 100]],
  ])("is table 8's: %s on %s", (family, task, rowCount, want) => {
    expect(trained(family, task, rowCount)).toEqual(want);
  });

  it("is none where the paper has none, and then the plan's own", () => {
    for (const [family, task] of [
      ["roberta", "sst2"],
      ["distilbert", "rte"],
      ["xlm-roberta", "rte"],
      ["roberta", null],
    ] as const) {
      expect(withRecipe(full, recipes, family, task)).toEqual({ plan: full, recipe: null });
    }
  });

  it("leaves what it does not name as the plan has it", () => {
    const own = { ...full, training: { evaluateEvery: 7, batchSize: 3 } };
    const { plan } = withRecipe(own, recipes, "electra", "rte");
    expect(plan.training).toMatchObject({ evaluateEvery: 7, batchSize: 32, layerDecay: 0.9 });
    expect({ ...plan, training: {} }).toEqual({ ...own, training: {} });
  });

  it("has the rows of a step that it names, in the plan's parts where they are even", () => {
    const trainingOf = (training: object) =>
      withRecipe({ ...full, training: { ...training } }, recipes, "electra", "rte").plan.training;
    expect(trainingOf({ batchSize: 4, accumulate: 4 })).toMatchObject({ batchSize: 8, accumulate: 4 });
    expect(trainingOf({ batchSize: 4, accumulate: 3 })).toMatchObject({ batchSize: 32, accumulate: 1 });
  });
});
