import { glueTask } from "../dataset/glue.ts";

/** STS-B in the layout of its GLUE files; raw scores 0 to 5. Source: Wang et al. 2019, section 3.2. */
export const stsb = glueTask({
  id: "stsb",
  label: "STS-B: how alike are two sentences?",
  summary:
    "How alike are two sentences, from 0 to 5? Captions, news and forums; 5,749 pairs to train on, 1,500 to test.",
  section: "3.2",
  metrics: [
    { id: "spearman", label: "Spearman correlation", primary: true },
    { id: "pearson", label: "Pearson correlation", primary: false },
  ],
  classes: null,
  file: {
    first: "sentence1",
    second: "sentence2",
    label: "score",
    besides: ["genre", "filename", "year"],
    labels: null,
  },
  texts: ["sentence1", "sentence2"],
  train: [5749, 502_065],
  validation: [[1500, 150_622]],
});
