import type { TrainedModel } from "../../models/export.ts";
import type { Session } from "./session.ts";

/** Reads a run's weights back, with what belongs to them. `lowercase`: the tokenizer's. Errors: device-lost. */
export async function readTrainedModel(session: Session, lowercase: boolean): Promise<TrainedModel> {
  const { checkpoint, labels, task } = session.request;
  const { model, outputCount, specs } = session.sizes;
  const values = await session.weights();
  return {
    folder: checkpoint.folder,
    configJson: checkpoint.configJson,
    outputCount,
    graph: (g) => model.graph(g),
    lowercase,
    kind: task.kind,
    labels,
    task: task.id,
    tensors: specs.map(({ name, shape }) => ({ name, shape, data: values.get(name) ?? new Float32Array() })),
  };
}
