import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { messageOf, type AppError } from "../../../core/errors.ts";
import { longestToken } from "../tokenizer-components.ts";

/** How a piece may be used. Source: sentencepiece_model.proto. */
export const pieceTypes = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

/** A piece of a vocabulary; its number is its place. */
export interface Piece {
  readonly text: string;
  /** Its logarithmic probability. */
  readonly score: number;
  readonly type: number;
}

/** What is read of a SentencePiece model. */
export interface SpmModel {
  readonly pieces: readonly Piece[];
  /** 1 is unigram. */
  readonly modelType: number;
  /** Whether what no piece spells is written in pieces of one byte. */
  readonly byteFallback: boolean;
  /** Whether ▁ stands behind words, and not before. */
  readonly spaceBehind: boolean;
  /** Empty: nothing is put in the place of characters. */
  readonly charsmap: Uint8Array;
  readonly spaceBefore: boolean;
  readonly mergesSpaces: boolean;
  readonly escapesSpaces: boolean;
}

/** More pieces than any vocabulary has. */
const mostPieces = 2 ** 22;

/**
 * Reads a SentencePiece model, a protobuf of the message ModelProto. Source: sentencepiece_model.proto.
 *
 * Errors: what `refuse` makes of what was found.
 */
export function readSpmModel(bytes: Uint8Array, refuse: (found: string, cause?: unknown) => AppError): SpmModel {
  const pieces: Piece[] = [];
  let model: Omit<SpmModel, "pieces"> = {
    modelType: 1,
    byteFallback: false,
    spaceBehind: false,
    charsmap: new Uint8Array(),
    spaceBefore: true,
    mergesSpaces: true,
    escapesSpaces: true,
  };
  try {
    eachField(bytes, (field, value) => {
      if (typeof value === "number") return;
      if (field === 1) pieces.push(pieceOf(value));
      if (field === 2) model = { ...model, ...trainerOf(value) };
      if (field === 3) model = { ...model, ...normalizerOf(value) };
    });
  } catch (cause) {
    throw refuse(`is not a SentencePiece model (${messageOf(cause)})`, cause);
  }
  if (pieces.length === 0) throw refuse("has no pieces: it is empty, or not a SentencePiece model");
  if (pieces.length > mostPieces) throw refuse(`has ${pieces.length} pieces; at most ${mostPieces} are taken`);
  const long = pieces.find(({ text }) => text.length > longestToken);
  if (long !== undefined) {
    throw refuse(`has a piece of ${long.text.length} characters; up to ${longestToken} are taken`);
  }
  return { pieces, ...model };
}

/** Numbers of up to 32 bits, and bytes; others have no part in what is read. */
type Take = (field: number, value: number | Uint8Array) => void;

/** Errors: RangeError and Error, where the bytes are no message. */
function eachField(bytes: Uint8Array, take: Take): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (wireType === WireType.Varint) take(field, reader.uint32());
    else if (wireType === WireType.LengthDelimited) take(field, reader.bytes());
    else if (wireType === WireType.Bit32) take(field, reader.float());
    else reader.skip(wireType, field);
  }
}

function pieceOf(bytes: Uint8Array): Piece {
  let piece: Piece = { text: "", score: 0, type: pieceTypes.normal };
  eachField(bytes, (field, value) => {
    if (field === 1 && typeof value !== "number") {
      piece = { ...piece, text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(value) };
    }
    if (field === 2 && typeof value === "number") piece = { ...piece, score: value };
    if (field === 3 && typeof value === "number") piece = { ...piece, type: value };
  });
  if (piece.text === "" || !Number.isFinite(piece.score)) throw new Error("a piece without a text or a score");
  return piece;
}

function trainerOf(bytes: Uint8Array): Partial<SpmModel> {
  let read: Partial<SpmModel> = {};
  eachField(bytes, (field, value) => {
    if (typeof value !== "number") return;
    if (field === 3) read = { ...read, modelType: value };
    if (field === 24) read = { ...read, spaceBehind: value !== 0 };
    if (field === 35) read = { ...read, byteFallback: value !== 0 };
  });
  return read;
}

function normalizerOf(bytes: Uint8Array): Partial<SpmModel> {
  let read: Partial<SpmModel> = {};
  eachField(bytes, (field, value) => {
    if (field === 2 && typeof value !== "number") read = { ...read, charsmap: value };
    if (typeof value !== "number") return;
    if (field === 3) read = { ...read, spaceBefore: value !== 0 };
    if (field === 4) read = { ...read, mergesSpaces: value !== 0 };
    if (field === 5) read = { ...read, escapesSpaces: value !== 0 };
  });
  return read;
}
