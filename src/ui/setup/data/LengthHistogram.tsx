import classes from "./LengthHistogram.module.css";

const binWidth = 8;

/** How long the rows are, in bins of eight tokens. */
export function LengthHistogram({ bins, title }: { readonly bins: readonly number[]; readonly title: string }) {
  const most = Math.max(1, ...bins);
  const total = bins.reduce((sum, count) => sum + count, 0);
  const fullest = bins.indexOf(Math.max(...bins));
  const text = `${title}: ${total} rows, most of them ${fullest * binWidth + 1} to ${(fullest + 1) * binWidth} tokens, the longest up to ${bins.length * binWidth}`;
  return (
    <div>
      <svg
        className={classes.histogram}
        viewBox={`0 0 ${Math.max(1, bins.length)} 1`}
        preserveAspectRatio="none"
        role="img"
        aria-label={text}
      >
        {bins.map((count, index) => (
          <rect
            key={index}
            x={index + 0.06}
            width={0.88}
            y={1 - count / most}
            height={count / most}
            fill="var(--accent)"
          >
            <title>{`${index * binWidth + 1}–${(index + 1) * binWidth} tokens: ${count} rows`}</title>
          </rect>
        ))}
      </svg>
      <p className={classes.scale} aria-hidden>
        <span>1</span>
        <span>tokens a row</span>
        <span>{bins.length * binWidth}</span>
      </p>
    </div>
  );
}
