import { extentOf } from "../../core/extent.ts";
import { scoreOf } from "../scores/metrics.ts";

/** How far off a regression is. A residual is what was said less what the file says. */
export interface ResidualReport {
  readonly meanAbsoluteError: number;
  readonly meanResidual: number;
  /** null where one side is constant. */
  readonly pearson: number | null;
  readonly spearman: number | null;
}

/** Rows whose true score lies in one band. */
export interface ResidualBand {
  /** From `from`, up to `to` and not with it; the last band has both its ends. */
  readonly from: number;
  readonly to: number;
  /** Answers: rows × runs. */
  readonly count: number;
  readonly meanResidual: number;
  readonly meanAbsoluteError: number;
}

const bandCount = 5;

/** The report of one run's scores. targets, said: [rows]. */
export function residualReport(targets: ArrayLike<number>, said: ArrayLike<number>): ResidualReport {
  const residuals = residualsOf(targets, said);
  return {
    meanAbsoluteError: mean(residuals.map(Math.abs)),
    meanResidual: mean(residuals),
    pearson: scoreOf("pearson", said, targets),
    spearman: scoreOf("spearman", said, targets),
  };
}

/** Figure by figure, the mean over runs; of a correlation over the runs that have one. */
export function meanResidualReport(reports: readonly ResidualReport[]): ResidualReport {
  const correlation = (key: "pearson" | "spearman"): number | null => {
    const known = reports.flatMap((report) => report[key] ?? []);
    return known.length === 0 ? null : mean(known);
  };
  return {
    meanAbsoluteError: mean(reports.map((report) => report.meanAbsoluteError)),
    meanResidual: mean(reports.map((report) => report.meanResidual)),
    pearson: correlation("pearson"),
    spearman: correlation("spearman"),
  };
}

/** Residuals of all runs together, by five bands of equal width over the true scores. */
export function residualBands(targets: ArrayLike<number>, runs: readonly ArrayLike<number>[]): readonly ResidualBand[] {
  const [low, high] = extentOf(targets);
  const width = (high - low) / bandCount;
  const bandOf = (target: number): number =>
    width > 0 ? Math.min(bandCount - 1, Math.floor((target - low) / width)) : 0;
  const found = Array.from({ length: width > 0 ? bandCount : 1 }, (): number[] => []);
  for (const said of runs) {
    residualsOf(targets, said).forEach((residual, row) => found[bandOf(targets[row] ?? low)]?.push(residual));
  }
  return found.map((residuals, index) => ({
    from: low + index * width,
    to: index === found.length - 1 ? high : low + (index + 1) * width,
    count: residuals.length,
    meanResidual: mean(residuals),
    meanAbsoluteError: mean(residuals.map(Math.abs)),
  }));
}

function residualsOf(targets: ArrayLike<number>, said: ArrayLike<number>): readonly number[] {
  return Array.from(targets, (target, row) => (said[row] ?? 0) - target);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
