import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Shape } from "../../core/shape.ts";

/** A piece of a protobuf message: small ones as bytes, tensors as Blobs that need not lie on the heap. */
type Part = Uint8Array<ArrayBuffer> | Blob;

/** A protobuf message, or some of its fields, in pieces. */
export interface Message {
  readonly parts: readonly Part[];
  readonly sizeBytes: number;
}

/** An attribute of a node: a whole number, whole numbers, or an f32. */
export type Attribute = { readonly int: number } | { readonly ints: readonly number[] } | { readonly float: number };

/** One operation of a graph. */
export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A graph's input or output; a name in place of an extent leaves it open. */
interface OnnxValue {
  readonly name: string;
  readonly dtype: OnnxDtype;
  readonly shape: readonly (number | string)[];
}

/** A tensor that is part of the file. */
export interface OnnxInitializer {
  readonly name: string;
  readonly dtype: OnnxDtype;
  readonly shape: Shape;
  /** Little-endian, row-major. */
  readonly data: Blob;
}

type OnnxDtype = keyof typeof dtypes;

// Field numbers and codes below are those of onnx.proto, IR version 8.
const dtypes = { f32: 1, i64: 7 } as const;
const attributeTypes = { float: 1, int: 2, ints: 7 } as const;

function messageOf(parts: readonly Part[]): Message {
  const sizeBytes = parts.reduce((sum, part) => sum + (part instanceof Blob ? part.size : part.byteLength), 0);
  return { parts, sizeBytes };
}

function write(action: (writer: BinaryWriter) => void): Message {
  const writer = new BinaryWriter();
  action(writer);
  return messageOf([writer.finish()]);
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function whole(writer: BinaryWriter, field: number, value: number): void {
  writer.tag(field, WireType.Varint).int64(value);
}

function nested(writer: BinaryWriter, field: number, action: (writer: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  action(writer);
  writer.join();
}

/** A message as a field of the one around it. */
function field(number: number, { parts, sizeBytes }: Message): Message {
  const writer = new BinaryWriter();
  writer.tag(number, WireType.LengthDelimited).uint32(sizeBytes);
  return messageOf([writer.finish(), ...parts]);
}

function encodeNode({ operator, inputs, output, attributes }: OnnxNode): Message {
  return write((writer) => {
    for (const input of inputs) text(writer, 1, input);
    text(writer, 2, output);
    text(writer, 3, output);
    text(writer, 4, operator);
    for (const [name, attribute] of Object.entries(attributes)) {
      nested(writer, 5, (inside) => encodeAttribute(inside, name, attribute));
    }
  });
}

function encodeAttribute(writer: BinaryWriter, name: string, attribute: Attribute): void {
  text(writer, 1, name);
  if ("float" in attribute) {
    writer.tag(2, WireType.Bit32).float(attribute.float);
    whole(writer, 20, attributeTypes.float);
  } else if ("int" in attribute) {
    whole(writer, 3, attribute.int);
    whole(writer, 20, attributeTypes.int);
  } else {
    for (const value of attribute.ints) whole(writer, 8, value);
    whole(writer, 20, attributeTypes.ints);
  }
}

function encodeInitializer({ name, dtype, shape, data }: OnnxInitializer): Message {
  const head = write((writer) => {
    for (const extent of shape) whole(writer, 1, extent);
    whole(writer, 2, dtypes[dtype]);
    text(writer, 8, name);
  });
  return messageOf([...head.parts, ...field(9, messageOf([data])).parts]);
}

function encodeValue({ name, dtype, shape }: OnnxValue): Message {
  return write((writer) => {
    text(writer, 1, name);
    nested(writer, 2, (type) =>
      nested(type, 1, (tensor) => {
        whole(tensor, 1, dtypes[dtype]);
        nested(tensor, 2, (extents) => {
          for (const extent of shape) {
            nested(extents, 1, (inside) =>
              typeof extent === "number" ? whole(inside, 1, extent) : text(inside, 2, extent),
            );
          }
        });
      }),
    );
  });
}

/** A whole ONNX file: what it computes, its tensors, and what it says of itself. */
export interface OnnxModel {
  readonly name: string;
  readonly opset: number;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Encodes a model as ONNX, IR version 8. The tensors' Blobs become parts of the answer, so nothing large is copied.
 *
 * Source: onnx.proto of the ONNX specification, messages ModelProto, GraphProto, NodeProto, TensorProto.
 */
export function encodeOnnx({ name, opset, nodes, initializers, inputs, outputs, metadata }: OnnxModel): Message {
  const graph = [
    ...nodes.map((node) => field(1, encodeNode(node))),
    write((writer) => text(writer, 2, name)),
    ...initializers.map((initializer) => field(5, encodeInitializer(initializer))),
    ...inputs.map((value) => field(11, encodeValue(value))),
    ...outputs.map((value) => field(12, encodeValue(value))),
  ].flatMap(({ parts }) => parts);
  const head = write((writer) => {
    whole(writer, 1, 8);
    text(writer, 2, "dps-playground");
  });
  const tail = write((writer) => {
    nested(writer, 8, (inside) => whole(inside, 2, opset));
    for (const [key, value] of Object.entries(metadata)) {
      nested(writer, 14, (entry) => {
        text(entry, 1, key);
        text(entry, 2, value);
      });
    }
  });
  return messageOf([...head.parts, ...field(7, messageOf(graph)).parts, ...tail.parts]);
}
