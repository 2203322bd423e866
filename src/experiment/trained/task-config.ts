import * as v from "valibot";
import type { TaskKind } from "../../contract/catalog.ts";
import { problemTypes } from "../../contract/problem-type.ts";
import { AppError } from "../../core/errors.ts";

const schema = v.object({
  id2label: v.optional(v.record(v.pipe(v.string(), v.digits()), v.string()), {}),
  problem_type: v.nullish(v.string(), null),
  finetuning_task: v.nullish(v.string(), null),
});

/** What a fine-tuned model's config.json says of its task. */
export interface TaskConfig {
  /** Class names by their number; [] where it names none. */
  readonly names: readonly string[];
  readonly problemType: string | null;
  /** Id of the task; null where it does not say. */
  readonly task: string | null;
}

/** The kind that problem_type names; classes where it names none. */
export function kindOf(problemType: string | null): TaskKind {
  if (problemType === problemTypes.regression) return "regression";
  return problemType === problemTypes["multi-label"] ? "multi-label" : "classification";
}

/** Reads config.json; `name`: of its folder. Errors: bad-config, naming the field. */
export function readTaskConfig(json: unknown, name: string): TaskConfig {
  const checked = v.safeParse(schema, json, { abortEarly: true });
  if (!checked.success) {
    const [issue] = checked.issues;
    throw new AppError("bad-config", `${name}/config.json: ${v.getDotPath(issue) ?? "it"}: ${issue.message}.`);
  }
  const { id2label, problem_type: problemType, finetuning_task: task } = checked.output;
  const names = Object.keys(id2label).map((_, number) => id2label[number]);
  if (!names.every((one) => one !== undefined)) {
    const found = `id2label names ${Object.keys(id2label).slice(0, 20).join(", ")}`;
    throw new AppError(
      "bad-config",
      `${name}/config.json: ${found}; wanted is every number from 0 to ${names.length - 1}.`,
    );
  }
  return { names, problemType, task };
}
