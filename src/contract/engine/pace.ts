/** How fast a method's steps are on a device, timed before a plan is run. */
export interface StepPace {
  readonly method: string;
  /** Lower quartile of the steps that were timed, forward to update. */
  readonly stepMs: number;
}
