import classes from "./Facts.module.css";

/** What is told, and how it is. */
export type Fact = readonly [string, string];

interface FactsProps {
  readonly facts: readonly Fact[];
  /** All are short. */
  readonly narrow?: boolean;
  /** What they are of, for screen readers. */
  readonly label?: string;
  /** Its look in place of the usual one. */
  readonly className?: string | undefined;
}

/** Facts, side by side where nothing else is said: as many as there is room for. */
export function Facts({ facts, narrow = false, label, className = classes.facts }: FactsProps) {
  return (
    <dl className={className} data-narrow={narrow} aria-label={label}>
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
