import type { DataRecord, SplitRecord } from "../../../contract/run.ts";
import { LabelBars } from "./LabelBars.tsx";
import { LengthHistogram } from "./LengthHistogram.tsx";
import classes from "../../kit/panels.module.css";
import { SkippedLines } from "./TableCard.tsx";

/** Train and dev as they will be used: labels, token lengths, what was cut or skipped. */
export function DataSummary({ data }: { readonly data: DataRecord }) {
  return (
    <section className={classes.fact} aria-label="What will be trained on">
      <div className={classes.splits}>
        <Split title="Train" split={data.train} labels={data.labels} />
        <Split title={data.devFromTrain ? "Dev (set aside from train)" : "Dev"} split={data.dev} labels={data.labels} />
      </div>
    </section>
  );
}

interface SplitProps {
  readonly title: string;
  readonly split: SplitRecord;
  readonly labels: readonly string[];
}

function Split({ title, split, labels }: SplitProps) {
  return (
    <div className={classes.stackTight}>
      <p className={classes.factTitle}>
        {title} <span className={classes.soft}>{split.count.toLocaleString("en")} rows</span>
      </p>
      {split.range === null ? (
        <LabelBars labels={labels} counts={split.labelCounts} />
      ) : (
        <p className={classes.hint}>
          Values from {split.range[0]} to {split.range[1]}
        </p>
      )}
      <LengthHistogram bins={split.lengthBins} title={`${title}: tokens a row`} />
      {split.truncatedCount > 0 && (
        <p className={classes.hint}>
          {split.truncatedCount === 1 ? "1 row was" : `${split.truncatedCount.toLocaleString("en")} rows were`} cut to
          the longest input.
        </p>
      )}
      <SkippedLines lines={split.skipped} count={split.skippedCount} />
    </div>
  );
}
