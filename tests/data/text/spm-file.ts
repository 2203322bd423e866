import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** What a SentencePiece model holds beside its pieces; absent: the field is not written. */
export interface SpmFields {
  readonly modelType?: number;
  readonly byteFallback?: boolean;
  readonly spaceBehind?: boolean;
  readonly charsmap?: Uint8Array;
  readonly escapesSpaces?: boolean;
}

/** Text, score and type of a piece; absent: the field is not written. */
export type SpmPiece = readonly [text: string, score?: number, type?: number];

/** Marks of DeBERTa, with which its models begin. */
export const spmMarks: readonly SpmPiece[] = [
  ["[PAD]", 0, 3],
  ["[CLS]", 0, 3],
  ["[SEP]", 0, 3],
  ["[UNK]", 0, 2],
];

/** A SentencePiece model as a file. */
export function spmFile(pieces: readonly SpmPiece[], fields: SpmFields = {}): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  for (const [text, score, type] of pieces) {
    writer.tag(1, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string(text);
    if (score !== undefined) writer.tag(2, WireType.Bit32).float(score);
    if (type !== undefined) writer.tag(3, WireType.Varint).uint32(type);
    writer.join();
  }
  const { modelType, byteFallback, spaceBehind, charsmap, escapesSpaces } = fields;
  writer.tag(2, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string("ignored");
  if (modelType !== undefined) writer.tag(3, WireType.Varint).uint32(modelType);
  if (spaceBehind !== undefined) writer.tag(24, WireType.Varint).bool(spaceBehind);
  if (byteFallback !== undefined) writer.tag(35, WireType.Varint).bool(byteFallback);
  writer.join().tag(3, WireType.LengthDelimited).fork();
  if (charsmap !== undefined) writer.tag(2, WireType.LengthDelimited).bytes(charsmap);
  if (escapesSpaces !== undefined) writer.tag(5, WireType.Varint).bool(escapesSpaces);
  return Uint8Array.from(writer.join().finish());
}
