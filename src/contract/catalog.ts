import type { Field, Values } from "./fields.ts";
import type { ExperimentPlan } from "./run.ts";

/** Where a rule comes from. */
export interface Source {
  readonly title: string;
  readonly authors: string;
  readonly year: number;
  readonly url: string;
  /** Equation, section or table there, and the file of the reference code we follow. */
  readonly where: string;
}

/** What a method, task or model family says of itself: the page and the terminal draw their forms from it. */
export interface Entry {
  /** Equals the file name. */
  readonly id: string;
  readonly label: string;
  /** Two or three plain sentences. */
  readonly summary: string;
  readonly source: Source;
  readonly fields: readonly Field[];
}

/** A model family. */
export interface FamilyEntry extends Entry {
  /** Whether its models can be adapted to a text before they are fine-tuned. */
  readonly adaptable: boolean;
}

/** A fine-tuning method. */
export interface MethodEntry extends Entry {
  /** The update rule, a few lines of text with the paper's symbols. */
  readonly equation: string;
  /** Where we depart from paper or published code, one sentence each. */
  readonly departs: readonly string[];
  /** Which stages a step can report: [] for none. */
  readonly stages: readonly { readonly stage: 1 | 2; readonly label: string }[];
  /** Said under its training-loss curve where that is not the loss of the evaluated weights; null otherwise. */
  readonly lossNote: string | null;
}

/** A score of a task; `primary` is the one the paper reports. Higher is better for all of them. */
export interface MetricEntry {
  readonly id: string;
  readonly label: string;
  readonly primary: boolean;
}

/** One file of a data set on the Hugging Face Hub. */
export interface HubFile {
  /** Inside the data set's repository. */
  readonly path: string;
  /** The Hub's word for it: train, validation, validation_matched, … */
  readonly split: string;
  readonly rowCount: number;
  readonly sizeBytes: number;
}

/** Where a task's own rows lie on the Hugging Face Hub. Figures are those of its present files, for people to read. */
export interface HubData {
  /** Repository id of the data set, as in "nyu-mll/glue". */
  readonly dataset: string;
  readonly train: HubFile;
  /** The file to score on; the first unless a person says otherwise. */
  readonly dev: readonly [HubFile, ...HubFile[]];
}

/** One class a row, a score, or any number of labels a row, each there or not. */
export type TaskKind = "classification" | "regression" | "multi-label";

/** A task: what its rows hold and how it is scored. */
export interface TaskEntry extends Entry {
  readonly kind: TaskKind;
  readonly pair: boolean;
  readonly metrics: readonly MetricEntry[];
  /** null: the Hub has no files of this task. */
  readonly hub: HubData | null;
}

/** A pre-trained model of the Hub that is offered by name. */
export interface ModelPreset {
  /** On the Hub. */
  readonly id: string;
  readonly label: string;
  /** Without a task's head. */
  readonly parameterCount: number;
  /** Sizes of its config.json, under the names there: what a run will take can be told before anything is fetched. */
  readonly config: Readonly<Record<string, boolean | number | string>>;
}

/** The demo: a ready plan over what ships with the page, and what to look at while it runs. */
export interface DemoEntry {
  /** Id of the sample task. */
  readonly sample: string;
  readonly plan: ExperimentPlan;
  /** Of the plan, what is run first where a CPU plays the GPU: so many methods and seeds, shortened to take about so long. */
  readonly first: {
    readonly methodCount: number;
    readonly seedCount: number;
    readonly targetMs: number;
    readonly fewestSteps: number;
  };
  readonly lookAt: readonly { readonly title: string; readonly text: string }[];
}

/** How models of a family are trained on a task. */
export interface Recipe {
  /** Ids of model families. */
  readonly families: readonly string[];
  /** Ids of tasks; null: whatever the task. */
  readonly tasks: readonly string[] | null;
  /** Values of Catalog.training. */
  readonly training: Values;
}

/** A ready-made experiment of the paper. */
export interface PlanEntry {
  readonly id: string;
  readonly label: string;
  /** Two or three plain sentences: what it asks, and what to look at. */
  readonly summary: string;
  /** Table or figure of the paper, as in "Table 1". */
  readonly where: string;
  readonly sizes: {
    /** Minutes with a small model. */
    readonly small: ExperimentPlan;
    /** As in the paper. */
    readonly full: ExperimentPlan;
  };
  /** How the full size trains each family; without them, all models alike. */
  readonly recipes?: readonly Recipe[];
  /** Sample task on which it can be tried; null: it asks for a person's own files. */
  readonly sample: string | null;
  /** true: it is about sets of other sources, of which at least one has to be given. */
  readonly transfers: boolean;
}

/** Everything the page can offer, as the engine sends it. */
export interface Catalog {
  readonly methods: readonly MethodEntry[];
  readonly tasks: readonly TaskEntry[];
  readonly families: readonly FamilyEntry[];
  readonly training: readonly Field[];
  /** Settings of all methods alike that a plan's grid may vary, beside every field of a method. */
  readonly axes: readonly Field[];
  readonly plans: readonly PlanEntry[];
  /** Smallest first. */
  readonly presets: readonly ModelPreset[];
  /** Of a further pre-training of the loaded model on text, before it is fine-tuned. */
  readonly adaptation: readonly Field[];
  readonly demo: DemoEntry;
}
