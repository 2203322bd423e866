import { formatShare, formatWhole } from "../../../core/format.ts";
import { ScrollRegion } from "../../kit/ScrollRegion.tsx";
import classes from "./LabelBars.module.css";

interface LabelBarsProps {
  /** What the rows are of, as in "Train". */
  readonly of: string;
  readonly labels: readonly string[];
  readonly counts: readonly number[];
  /** Of all rows, which may have several labels or none. */
  readonly rowCount: number;
}

/** How many rows each label has, as bars with their numbers. */
export function LabelBars({ of, labels, counts, rowCount }: LabelBarsProps) {
  const most = Math.max(1, ...counts);
  return (
    <ScrollRegion label={`${of}: rows by label`} tall>
      <ul className={classes.bars}>
        {labels.map((label, index) => {
          const count = counts[index] ?? 0;
          return (
            <li key={label}>
              <span className={classes.name} title={label}>
                {label}
              </span>
              <span className={classes.count}>
                {formatWhole(count)} · {formatShare(count / Math.max(1, rowCount))}
              </span>
              <span className={classes.track} aria-hidden>
                <span className={classes.fill} style={{ width: `${(count / most) * 100}%` }} />
              </span>
            </li>
          );
        })}
      </ul>
    </ScrollRegion>
  );
}
