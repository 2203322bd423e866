import type { ComponentType } from "react";
import type { RunHead } from "../../store/results/archive.ts";
import { CostChart } from "./CostChart.tsx";
import { GradientChart } from "./GradientChart.tsx";
import { LearningRateChart } from "./LearningRateChart.tsx";
import { LossChart } from "./LossChart.tsx";
import { ScoreChart } from "./ScoreChart.tsx";
import { SubnetworkCard } from "../results/subnetwork/SubnetworkCard.tsx";
import { SpreadChart } from "./SpreadChart.tsx";

/** A chart, and what has to be there before it takes a place on the page. */
interface ChartEntry {
  readonly id: string;
  readonly Chart: ComponentType;
  readonly wanted: (runs: readonly RunHead[]) => boolean;
}

const always = (): boolean => true;

/** The charts of an experiment, in the order in which they are shown. */
export const charts: readonly ChartEntry[] = [
  { id: "loss", Chart: LossChart, wanted: always },
  { id: "score", Chart: ScoreChart, wanted: always },
  { id: "subnetwork", Chart: SubnetworkCard, wanted: (runs) => runs.some((run) => run.selects) },
  { id: "spread", Chart: SpreadChart, wanted: always },
  { id: "cost", Chart: CostChart, wanted: always },
  { id: "gradient", Chart: GradientChart, wanted: always },
  { id: "learning-rate", Chart: LearningRateChart, wanted: always },
];
