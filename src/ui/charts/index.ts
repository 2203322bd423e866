import type { ComponentType } from "react";
import { CostChart } from "./CostChart.tsx";
import { GradientChart } from "./GradientChart.tsx";
import { LearningRateChart } from "./LearningRateChart.tsx";
import { LossChart } from "./LossChart.tsx";
import { ScoreChart } from "./ScoreChart.tsx";
import { SelectionChart } from "./SelectionChart.tsx";
import { SpreadChart } from "./SpreadChart.tsx";

/** The charts of an experiment, in the order in which they are shown. */
export const charts: readonly { readonly id: string; readonly Chart: ComponentType }[] = [
  { id: "loss", Chart: LossChart },
  { id: "score", Chart: ScoreChart },
  { id: "spread", Chart: SpreadChart },
  { id: "cost", Chart: CostChart },
  { id: "selection", Chart: SelectionChart },
  { id: "gradient", Chart: GradientChart },
  { id: "learning-rate", Chart: LearningRateChart },
];
