import type { ReactNode } from "react";
import classes from "./layout.module.css";

interface ScrollRegionProps {
  /** What is in it, for screen readers. */
  readonly label: string;
  readonly children: ReactNode;
}

/** A box that scrolls sideways by itself, so that the page never has to; reachable by keyboard, as a scroller must be. */
export function ScrollRegion({ label, children }: ScrollRegionProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- WCAG 2.1.1: without focus it cannot be scrolled by keyboard
    <section className={classes.scroll} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
