import { useId, type ReactNode } from "react";
import classes from "./ChartCard.module.css";

interface ChartCardProps {
  readonly title: string;
  readonly about?: ReactNode;
  readonly controls?: ReactNode;
  /** Sentences under the chart. */
  readonly notes?: readonly string[];
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** The frame of every chart: heading, one line on what it shows, controls, notes. */
export function ChartCard({ title, about, controls, notes = [], wide = false, children }: ChartCardProps) {
  const id = useId();
  return (
    <figure className={classes.card} data-wide={wide} aria-labelledby={id}>
      <figcaption className={classes.head}>
        <div>
          <h3 id={id} className={classes.title}>
            {title}
          </h3>
          {about !== undefined && <p className={classes.about}>{about}</p>}
        </div>
        {controls}
      </figcaption>
      {children}
      {notes.map((note) => (
        <p key={note} className={classes.note}>
          {note}
        </p>
      ))}
    </figure>
  );
}

/** What stands where a chart will be. */
export function ChartWaiting({ text }: { readonly text: string }) {
  return <p className={classes.waiting}>{text}</p>;
}
