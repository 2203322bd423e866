import * as clauses from "./acceptability-clauses.ts";
import * as phrases from "./acceptability-phrases.ts";
import type { Phenomenon } from "./phenomenon.ts";

/** All rules; the last fifth stands in dev alone. */
export const acceptabilityPairs: readonly [Phenomenon, ...Phenomenon[]] = [
  phrases.agreement,
  phrases.agreement,
  phrases.existence,
  phrases.determiners,
  phrases.masses,
  phrases.reflexives,
  clauses.transitivity,
  clauses.datives,
  clauses.verbForms,
  clauses.questions,
  clauses.gaps,
  clauses.orders,
  clauses.polarity,
  clauses.complements,
  clauses.relatives,
  phrases.cases,
  clauses.passives,
  phrases.comparisons,
  clauses.particles,
  clauses.tags,
  phrases.partitives,
];
