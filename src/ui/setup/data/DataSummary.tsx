import { imbalanceText } from "../../../analysis/imbalance.ts";
import type { DataRecord, SplitRecord } from "../../../contract/run.ts";
import { LabelBars } from "./LabelBars.tsx";
import { LengthHistogram } from "./LengthHistogram.tsx";
import { SkippedLines } from "./TableCard.tsx";
import cardClasses from "../../kit/card.module.css";
import layoutClasses from "../../kit/layout.module.css";
import textClasses from "../../kit/text.module.css";
import classes from "./data.module.css";
import { countOf } from "../../../core/format.ts";

/** Train and dev as they will be used: labels, token lengths, what was cut or skipped. */
export function DataSummary({ data }: { readonly data: DataRecord }) {
  const uneven = imbalanceText(data.labels, data.train.labelCounts);
  return (
    <section className={cardClasses.box} aria-label="What will be trained on">
      <div className={classes.splits}>
        <Split title="Train" split={data.train} labels={data.labels} />
        <Split title={data.devFromTrain ? "Dev (set aside from train)" : "Dev"} split={data.dev} labels={data.labels} />
      </div>
      {uneven !== null && <p className={textClasses.hint}>{uneven}</p>}
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
    <div className={layoutClasses.stackTight}>
      <p className={cardClasses.boxTitle}>
        {title} <span className={textClasses.soft}>{countOf(split.count, "row")}</span>
      </p>
      {split.range === null ? (
        <LabelBars of={title} labels={labels} counts={split.labelCounts} rowCount={split.count} />
      ) : (
        <p className={textClasses.hint}>
          Values from {split.range[0]} to {split.range[1]}
        </p>
      )}
      {split.withoutLabels > 0 && (
        <p className={textClasses.hint}>{countOf(split.withoutLabels, "row")} without any of the labels.</p>
      )}
      <LengthHistogram bins={split.lengthBins} title={`${title}: tokens a row`} />
      {split.truncatedCount > 0 && (
        <p className={textClasses.hint}>
          {countOf(split.truncatedCount, "row")} {split.truncatedCount === 1 ? "was" : "were"} cut to the longest input.
        </p>
      )}
      <SkippedLines of={`${title}, as used`} lines={split.skipped} count={split.skippedCount} />
    </div>
  );
}
