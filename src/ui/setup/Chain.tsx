import type { ReactNode } from "react";
import textClasses from "../kit/text.module.css";
import classes from "./Chain.module.css";

interface ChainProps {
  /** What was read, as in "train table". */
  readonly name: string;
  /** A sentence for each thing that might have been meant otherwise. */
  readonly assumed: readonly string[];
  /** List items, such as chips. */
  readonly children: ReactNode;
}

/** How something was read, step by step in a line, with what was assumed below it. */
export function Chain({ name, assumed, children }: ChainProps) {
  return (
    <div className={classes.reading}>
      <ul className={classes.chain} aria-label={`How the ${name} was read`}>
        {children}
      </ul>
      {assumed.map((sentence) => (
        <p key={sentence} className={textClasses.hint}>
          {sentence}
        </p>
      ))}
    </div>
  );
}

/** A step that is as it is. */
export function Chip({ children }: { readonly children: string }) {
  return (
    <li>
      <span className={classes.chip}>{children}</span>
    </li>
  );
}
