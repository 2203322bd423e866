import classes from "./Facts.module.css";

/** What is told, and how it is. */
export type Fact = readonly [string, string];

/** Facts side by side, as many as there is room for; narrow ones where all are short. */
export function Facts({ facts, narrow = false }: { readonly facts: readonly Fact[]; readonly narrow?: boolean }) {
  return (
    <dl className={classes.facts} data-narrow={narrow}>
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
