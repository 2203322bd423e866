import type { ReactNode } from "react";
import type { Answer } from "../../../contract/exports.ts";
import { formatNumber, formatShare } from "../../../core/format.ts";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import classes from "./exports.module.css";

interface AnswerCardProps {
  readonly answer: Pick<Answer, "probabilities" | "score">;
  readonly title: ReactNode;
  readonly color: string;
}

/** One model's answer: its score, or the probability of every class or label, those of the answer in bold. */
export function AnswerCard({ answer: { probabilities, score }, title, color }: AnswerCardProps) {
  return (
    <div className={cardClasses.box}>
      <p className={textClasses.named}>{title}</p>
      {score !== null && <p className={classes.score}>{formatNumber(score)}</p>}
      <dl className={classes.bars}>
        {probabilities.map(({ label, probability, chosen }) => (
          <div key={label} data-best={chosen}>
            <dt>{label}</dt>
            <dd>{formatShare(probability)}</dd>
            <dd className={classes.track} aria-hidden>
              <span style={{ width: `${probability * 100}%`, background: color }} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
