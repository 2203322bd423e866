const rows = 2490;
const batchSize = 16;
const epochs = 3;
const updateRatio = 0.05;

const stepsPerEpoch = Math.ceil(rows / batchSize);
const steps = epochs * stepsPerEpoch;

/** RTE as the paper trains on it: its rows, three epochs, stages of a twentieth of the run. */
export const paperRun = {
  epochs,
  stepsPerEpoch,
  steps,
  /** Steps of a stage. */
  stageSteps: Math.floor(steps * updateRatio),
  /** Stages II that begin within the run. */
  selections: Math.floor((steps - Math.floor(steps * updateRatio) - 1) / (2 * Math.floor(steps * updateRatio))) + 1,
} as const;
