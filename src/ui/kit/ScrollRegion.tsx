import type { ReactNode } from "react";
import classes from "./layout.module.css";

interface ScrollRegionProps {
  /** What is in it, for screen readers. */
  readonly label: string;
  /** Scrolls up and down as well, so that it takes no more of the page than a chart. */
  readonly tall?: boolean;
  readonly children: ReactNode;
}

/** A box that scrolls by itself, so that the page never has to; reachable by keyboard, as a scroller must be. */
export function ScrollRegion({ label, tall = false, children }: ScrollRegionProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- WCAG 2.1.1: without focus it cannot be scrolled by keyboard
    <section className={classes.scroll} aria-label={label} data-tall={tall} tabIndex={0}>
      {children}
    </section>
  );
}
