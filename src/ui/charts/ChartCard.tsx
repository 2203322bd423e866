import { useId, useRef, useState, type ReactNode } from "react";
import { useSelect } from "../app-context.ts";
import type { MethodLook } from "../kit/palette.ts";
import { ChartMenu } from "./card/ChartMenu.tsx";
import { ChartTableView } from "./card/ChartTableView.tsx";
import { chartFileName, type ChartTable } from "./card/chart-table.ts";
import classes from "./ChartCard.module.css";

interface ChartCardProps {
  readonly title: string;
  readonly about?: ReactNode;
  readonly controls?: ReactNode;
  /** Sentences under the chart. */
  readonly notes?: readonly string[];
  readonly wide?: boolean;
  /** What is drawn, in figures; null while nothing is. */
  readonly table: (() => ChartTable) | null;
  /** Methods to name beside the chart where it is saved, as on the page the legend stands elsewhere. */
  readonly legend?: readonly MethodLook[];
  readonly children: ReactNode;
}

/** The frame of every chart: heading, one line on what it shows, controls, a menu with what to do with it, notes. */
export function ChartCard({
  title,
  about,
  controls,
  notes = [],
  wide = false,
  table,
  legend = [],
  children,
}: ChartCardProps) {
  const id = useId();
  const card = useRef<HTMLElement>(null);
  const [asTable, setAsTable] = useState(false);
  const task = useSelect((state) => state.experiment.config?.task ?? "");
  const model = useSelect((state) => state.experiment.config?.model.name ?? "");
  return (
    <figure ref={card} className={classes.card} data-wide={wide} aria-labelledby={id}>
      <figcaption className={classes.head}>
        <div>
          <h3 id={id} className={classes.title}>
            {title}
          </h3>
          {about !== undefined && <p className={classes.about}>{about}</p>}
        </div>
        {controls}
        {table !== null && (
          <ChartMenu
            title={title}
            fileName={chartFileName([task, model, title])}
            card={card}
            legend={legend}
            table={table}
            asTable={asTable}
            onTable={setAsTable}
          />
        )}
      </figcaption>
      {asTable && table !== null ? <ChartTableView title={title} table={table()} /> : children}
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
