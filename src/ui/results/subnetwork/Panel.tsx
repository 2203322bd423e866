import { useElementSize, useMergedRef } from "@mantine/hooks";
import { useEffect, useId, useRef, type ReactNode } from "react";
import classes from "./SubnetworkView.module.css";

interface PanelProps {
  readonly title: string;
  readonly about?: string;
  readonly controls?: ReactNode;
  readonly children: ReactNode;
}

/** A part of the view: heading, a line on what it shows, the picture. */
export function Panel({ title, about, controls, children }: PanelProps) {
  const id = useId();
  return (
    <section className={classes.panel} aria-labelledby={id}>
      <div className={classes.panelHead}>
        <h4 id={id} className={classes.panelTitle}>
          {title}
        </h4>
        {controls ?? <span />}
        {about !== undefined && <p className={classes.panelAbout}>{about}</p>}
      </div>
      {children}
    </section>
  );
}

/** A point of a drawing, and how wide that is. */
type Pointed = (x: number, y: number, width: number) => void;

interface DrawingProps {
  /** Said in place of the picture. */
  readonly label: string;
  readonly height: (width: number) => number;
  readonly children: (width: number) => ReactNode;
  /** Where the pointer rests; null: it left. */
  readonly onPoint?: (at: Parameters<Pointed> | null) => void;
  /** A click; whatever it does can be done without a pointer as well. */
  readonly onPick?: Pointed;
}

/** As wide as most places are, for a page that was not laid out yet. */
const usualWidth = 480;

/** A picture that fills the width of its place. */
export function Drawing({ label, height, children, onPoint, onPick }: DrawingProps) {
  const { ref, width: measured } = useElementSize<HTMLDivElement>();
  const place = useRef<HTMLDivElement>(null);
  const width = measured === 0 ? usualWidth : measured;
  useEffect(() => {
    const { current } = place;
    if (current === null) return;
    const at = ({ clientX, clientY }: MouseEvent): Parameters<Pointed> => {
      const box = current.getBoundingClientRect();
      return [clientX - box.left, clientY - box.top, width];
    };
    const listening = new AbortController();
    const { signal } = listening;
    current.addEventListener("pointermove", (event) => onPoint?.(at(event)), { signal });
    current.addEventListener("pointerleave", () => onPoint?.(null), { signal });
    current.addEventListener("click", (event) => onPick?.(...at(event)), { signal });
    return () => listening.abort();
  }, [width, onPoint, onPick]);
  return (
    <div ref={useMergedRef(ref, place)} className={classes.drawing} data-picks={onPick !== undefined}>
      <svg width={width} height={height(width)} role="img" aria-label={label}>
        {children(width)}
      </svg>
    </div>
  );
}
