/** The steps of the set-up in their order, by id. */
export const stepTitles = {
  model: "Model",
  data: "Data",
  experiment: "Experiment",
  methods: "Methods & seeds",
  training: "Training",
  engine: "Engine",
} as const;

export type StepId = keyof typeof stepTitles;
