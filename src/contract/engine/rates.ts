/** Steps of a search, a rate each: a few dozen, where the paper's recipe on RTE has 467. */
export const rateSteps = 60;

/** One step of a search for a learning rate: the rate it took, and the loss before it. */
export interface RateTrial {
  readonly rate: number;
  readonly loss: number;
}

/** What a search for a learning rate found. */
export interface RateSearch {
  readonly trials: readonly RateTrial[];
  /** Rates that were to be tried; fewer trials where the loss blew up. */
  readonly planned: number;
}
