import type { Batch } from "../data/dataset/batch.ts";
import type { Arena } from "../gpu/arena.ts";
import type { Device } from "../gpu/device.ts";
import { upload } from "../gpu/readback.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { reachedRows } from "./relative-positions.ts";
import type { RelativePositions } from "./relative-positions.ts";

/**
 * Tokens grouped by the table row they read, so that a row's gradient is gathered in a fixed order.
 * rows [rowCount], starts [rowCount + 1] into tokens, tokens [tokenCount]; all u32.
 */
export interface Gather {
  readonly rowCount: number;
  readonly rows: Tensor;
  readonly starts: Tensor;
  readonly tokens: Tensor;
}

/** A packed batch on the device: sequences laid end to end, no padding. All tensors u32 but labels (f32). */
export interface Inputs {
  readonly tokenCount: number;
  readonly sequenceCount: number;
  /** Longest sequence, in tokens. */
  readonly maxLength: number;
  /** [tokens] */
  readonly ids: Tensor;
  readonly types: Tensor;
  readonly positions: Tensor;
  /** [tokens]: the sequence a token belongs to. */
  readonly sequences: Tensor;
  /** [sequences + 1] */
  readonly offsets: Tensor;
  /** [sequences]: class index or score; [sequences · labels] where a row has several. */
  readonly labels: Tensor;
  readonly byWord: Gather;
  readonly byPosition: Gather;
  readonly byType: Gather;
  /** null: the model has no decoder. */
  readonly decoder: DecoderInputs | null;
  /** null: the model has no table of relative positions. */
  readonly relative: RelativeInputs | null;
}

/** What a batch reads of a table of relative positions, as ReachedRows has it. */
export interface RelativeInputs {
  /** [rows] */
  readonly rows: Tensor;
  /** [2 · maxLength - 1] */
  readonly places: Tensor;
  /** [rows + 1] */
  readonly starts: Tensor;
}

/** What the decoder of a classifier reads of a batch: every sequence moved on by one, behind the token that begins. u32. */
export interface DecoderInputs {
  /** [tokens] */
  readonly ids: Tensor;
  readonly byWord: Gather;
  /** [sequences]: the place of each sequence's last end token, as the encoder reads it; of its first token without one. */
  readonly ends: Tensor;
}

/** Which rows of its tables a model reads for a token, and which of them get no gradient. */
export interface TokenRows {
  /** Id of the token whose row gets none, also where a text holds it; null: there is none. */
  readonly padId: number | null;
  /** Whether positions are counted from the one behind `padId`, which that token itself has; else from 0. */
  readonly positionsBehindPad: boolean;
  /** The position of a sequence's first token where they are just counted; 0 unless said. */
  readonly firstPosition?: number;
  /** Ids of the tokens with which a decoder begins and that ends a text; absent: there is no decoder. */
  readonly decoder?: { readonly startId: number; readonly endId: number };
  /** Absent: there is no table of relative positions. */
  readonly relative?: RelativePositions;
}

/** Every row gets its gradient, and positions count from 0. */
export const plainTokens: TokenRows = { padId: null, positionsBehindPad: false };

/** The largest batch a run will see. */
export interface InputLimits {
  readonly tokenCount: number;
  readonly sequenceCount: number;
  readonly maxLength: number;
  /** Numbers that a sequence's label takes; 1 unless said. */
  readonly labelWidth?: number;
}

/** Views of the input buffers for a batch of the given sizes; the same buffers every step. */
export function reserveInputs(
  mem: Arena,
  sizes: InputLimits & { readonly rowCounts?: readonly number[] },
  rows: TokenRows,
): Inputs {
  const words = (label: string, count: number): Tensor => mem.tensor("inputs", label, [count], "u32");
  const gather = (label: string, rowCount: number): Gather => ({
    rowCount,
    rows: words(`${label} rows`, rowCount),
    starts: words(`${label} starts`, rowCount + 1),
    tokens: words(`${label} tokens`, sizes.tokenCount),
  });
  const most = [sizes.tokenCount, sizes.maxLength, 2, sizes.tokenCount];
  const [wordRows = 0, positionRows = 0, typeRows = 0, decoderRows = 0] = sizes.rowCounts ?? most;
  const decoder = (): DecoderInputs => ({
    ids: words("decoder ids", sizes.tokenCount),
    byWord: gather("by decoder word", decoderRows),
    ends: words("ends", sizes.sequenceCount),
  });
  const relative = (positions: RelativePositions): RelativeInputs => {
    const { rows: reached, places, starts } = reachedRows(sizes.maxLength, positions);
    return {
      rows: words("relative rows", reached.length),
      places: words("relative places", places.length),
      starts: words("relative starts", starts.length),
    };
  };
  return {
    tokenCount: sizes.tokenCount,
    sequenceCount: sizes.sequenceCount,
    maxLength: sizes.maxLength,
    ids: words("ids", sizes.tokenCount),
    types: words("types", sizes.tokenCount),
    positions: words("positions", sizes.tokenCount),
    sequences: words("sequences", sizes.tokenCount),
    offsets: words("offsets", sizes.sequenceCount + 1),
    labels: mem.tensor("inputs", "labels", [sizes.sequenceCount * (sizes.labelWidth ?? 1)]),
    byWord: gather("by word", wordRows),
    byPosition: gather("by position", positionRows),
    byType: gather("by type", typeRows),
    decoder: rows.decoder === undefined ? null : decoder(),
    relative: rows.relative === undefined ? null : relative(rows.relative),
  };
}

/** The same batch, in whose backward no word's row gets a gradient. */
export function withoutWordGradient(inputs: Inputs): Inputs {
  return { ...inputs, byWord: { ...inputs.byWord, rowCount: 0 } };
}

/** Sizes of a batch, for InputLimits. */
export function sizesOf(batch: Batch): InputLimits {
  let maxLength = 0;
  for (let index = 0; index < batch.sequenceCount; index++) {
    maxLength = Math.max(maxLength, (batch.offsets[index + 1] ?? 0) - (batch.offsets[index] ?? 0));
  }
  const { tokenCount, sequenceCount } = batch;
  return { tokenCount, sequenceCount, maxLength, labelWidth: batch.labels.length / sequenceCount };
}

/** Writes a batch into the input buffers; ordered before whatever is submitted next. */
export function loadInputs(device: Device, mem: Arena, batch: Batch, rows: TokenRows): Inputs {
  const positions = positionsOf(batch, rows);
  const { padId } = rows;
  const told = decoderOf(batch, rows);
  const groups = [
    groupByRow(batch.ids, padId),
    groupByRow(positions, rows.positionsBehindPad ? padId : null),
    groupByRow(batch.types),
    ...(told === null ? [] : [groupByRow(told.ids, padId)]),
  ];
  const inputs = reserveInputs(mem, { ...sizesOf(batch), rowCounts: groups.map((group) => group.rows.length) }, rows);
  const sequences = new Uint32Array(batch.tokenCount);
  for (let index = 0; index < batch.sequenceCount; index++) {
    sequences.fill(index, batch.offsets[index] ?? 0, batch.offsets[index + 1] ?? 0);
  }
  upload(device, inputs.ids, batch.ids);
  upload(device, inputs.types, batch.types);
  upload(device, inputs.positions, positions);
  upload(device, inputs.sequences, sequences);
  upload(device, inputs.offsets, batch.offsets);
  upload(device, inputs.labels, batch.labels);
  const gathers = [inputs.byWord, inputs.byPosition, inputs.byType];
  if (inputs.decoder !== null && told !== null) {
    upload(device, inputs.decoder.ids, told.ids);
    upload(device, inputs.decoder.ends, told.ends);
    gathers.push(inputs.decoder.byWord);
  }
  if (inputs.relative !== null && rows.relative !== undefined) {
    const reached = reachedRows(inputs.maxLength, rows.relative);
    upload(device, inputs.relative.rows, reached.rows);
    upload(device, inputs.relative.places, reached.places);
    upload(device, inputs.relative.starts, reached.starts);
  }
  gathers.forEach((gather, index) => {
    const group = groups[index];
    if (group === undefined) return;
    upload(device, gather.rows, group.rows);
    upload(device, gather.starts, group.starts);
    upload(device, gather.tokens, group.tokens);
  });
  return inputs;
}

/** Source: Hugging Face's shift_tokens_right, and the mask of end tokens in BartForSequenceClassification. */
export function decoderOf({ ids, offsets, sequenceCount }: Batch, { decoder }: TokenRows) {
  if (decoder === undefined) return null;
  const moved = new Uint32Array(ids.length);
  const ends = new Uint32Array(sequenceCount);
  moved.set(ids.subarray(0, -1), 1);
  for (let sequence = 0; sequence < sequenceCount; sequence++) {
    const [start = 0, beyond = 0] = offsets.subarray(sequence, sequence + 2);
    moved[start] = decoder.startId;
    ends[sequence] = start + Math.max(0, ids.subarray(start, beyond).lastIndexOf(decoder.endId));
  }
  return { ids: moved, ends };
}

/** Source: Hugging Face's create_position_ids_from_input_ids: cumsum(id ≠ pad) · (id ≠ pad) + pad. */
export function positionsOf(
  { ids, offsets, positions, sequenceCount }: Batch,
  { padId, positionsBehindPad, firstPosition = 0 }: TokenRows,
): Uint32Array {
  if (padId === null || !positionsBehindPad) return positions.map((position) => position + firstPosition);
  const placed = new Uint32Array(ids.length);
  for (let sequence = 0; sequence < sequenceCount; sequence++) {
    let last = padId;
    for (let at = offsets[sequence] ?? 0; at < (offsets[sequence + 1] ?? 0); at++) {
      if (ids[at] !== padId) last += 1;
      placed[at] = ids[at] === padId ? padId : last;
    }
  }
  return placed;
}

/** Groups token indices by key, but for `without`: distinct keys ascending, and each key's tokens ascending. */
export function groupByRow(
  keys: Uint32Array,
  without: number | null = null,
): { rows: Uint32Array; starts: Uint32Array; tokens: Uint32Array } {
  const all = Uint32Array.from(keys, (_, index) => index);
  const kept = without === null ? all : all.filter((index) => keys[index] !== without);
  const tokens = kept.sort((left, right) => (keys[left] ?? 0) - (keys[right] ?? 0) || left - right);
  const rows: number[] = [];
  const starts: number[] = [];
  tokens.forEach((token, place) => {
    const key = keys[token] ?? 0;
    if (rows.at(-1) !== key || place === 0) {
      rows.push(key);
      starts.push(place);
    }
  });
  starts.push(tokens.length);
  return { rows: Uint32Array.from(rows), starts: Uint32Array.from(starts), tokens };
}
