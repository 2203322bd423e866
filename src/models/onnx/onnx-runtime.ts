import { AppError, messageOf } from "../../core/errors.ts";

/** Rows for an exported model: packed end to end, row r at offsets[r] … offsets[r + 1] - 1. */
interface OnnxRows {
  readonly ids: ArrayLike<number>;
  readonly types: ArrayLike<number>;
  /** [rows + 1] */
  readonly offsets: ArrayLike<number>;
}

/** An ONNX file opened with onnxruntime-web, on the CPU. */
export interface OnnxSession {
  /** logits [rows, outputs] of all rows, computed as one padded batch. Errors: bug, with onnxruntime's words. */
  run(rows: OnnxRows): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/**
 * Opens a file that writeOnnx made. onnxruntime-web is fetched at the first call and not before.
 *
 * Errors: bad-model, with onnxruntime's words, for a file that it does not take.
 */
export async function openOnnx(file: Blob): Promise<OnnxSession> {
  // Imported statically, each of its threads would run this worker's script anew.
  const { InferenceSession, Tensor, env } = await import("onnxruntime-web/wasm");
  env.wasm.numThreads = 1;
  env.logLevel = "error";
  const bytes = new Uint8Array(await file.arrayBuffer());
  const session = await reworded("bad-model", () => InferenceSession.create(bytes, { executionProviders: ["wasm"] }));
  const typed = session.inputNames.includes("token_type_ids");
  return {
    async run(rows) {
      const { batch, length, ...columns } = padded(rows);
      const dims = [batch, length];
      const { logits } = await reworded("bug", () =>
        session.run({
          input_ids: new Tensor("int64", columns.ids, dims),
          attention_mask: new Tensor("int64", columns.mask, dims),
          ...(typed ? { token_type_ids: new Tensor("int64", columns.types, dims) } : {}),
        }),
      );
      if (!(logits?.data instanceof Float32Array)) throw new AppError("bug", "The ONNX file has no f32 logits.");
      return logits.data;
    },
    dispose: () => session.release(),
  };
}

/** Rows padded with 0 to the longest; mask is 0 there. All [batch, length]. */
function padded({ ids, types, offsets }: OnnxRows) {
  const batch = offsets.length - 1;
  let length = 1;
  for (let row = 0; row < batch; row++) length = Math.max(length, (offsets[row + 1] ?? 0) - (offsets[row] ?? 0));
  const columns = {
    ids: new BigInt64Array(batch * length),
    mask: new BigInt64Array(batch * length),
    types: new BigInt64Array(batch * length),
  };
  for (let row = 0; row < batch; row++) {
    const begin = offsets[row] ?? 0;
    for (let place = 0; place < (offsets[row + 1] ?? 0) - begin; place++) {
      const to = row * length + place;
      columns.ids[to] = BigInt(ids[begin + place] ?? 0);
      columns.types[to] = BigInt(types[begin + place] ?? 0);
      columns.mask[to] = 1n;
    }
  }
  return { batch, length, ...columns };
}

async function reworded<T>(code: "bad-model" | "bug", action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw new AppError(code, `onnxruntime-web refuses the model: ${messageOf(cause)}`, { cause });
  }
}
