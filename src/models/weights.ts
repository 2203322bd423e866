import type { Shape } from "../core/shape.ts";

/** An opened file of weights: its table of tensors is checked, the tensors are read one at a time. */
export interface Weights {
  /** Of the file, for messages. */
  readonly name: string;
  /** By the tensor's name in the file; dtype as safetensors spells it. */
  readonly entries: ReadonlyMap<string, { readonly dtype: string; readonly shape: Shape }>;
  /** Under which key of a training checkpoint they lie. */
  readonly key?: string;
  /** Sentences on what of the file was taken. */
  readonly notes?: readonly string[];
  /** Row-major. Errors: missing-tensor; bad-tensors for a dtype other than F64, F32, F16, BF16, or unreadable bytes. */
  read(tensor: string): Promise<Float32Array>;
}
