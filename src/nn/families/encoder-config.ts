import { encoderSpecs } from "../blocks/encoder.ts";
import type { Encoder } from "../blocks/encoder.ts";
import type { Embeddings } from "../blocks/embeddings.ts";
import type { TokenRows } from "../inputs.ts";
import type { Model } from "../model.ts";
import type { ParamSpec } from "../params.ts";
import type { ConfigReader } from "./config.ts";

/** In what an encoder with BERT's fields and names differs from BERT's. */
export interface EncoderKind {
  /** In front of the names of its parameters. */
  readonly name: string;
  /** Token types where config.json does not say. */
  readonly typesTold: boolean;
  /** Columns of the tables, where they may be others than the hidden size; null: they are not. */
  readonly tableColumns: number | null;
  readonly tokens: TokenRows;
}

/** An encoder, and what it says of its model. */
export interface ReadEncoder extends Pick<Model, "sizes" | "dropout" | "initializerRange" | "tokens"> {
  readonly encoder: Encoder;
  readonly specs: readonly ParamSpec[];
}

/** Reads an encoder whose config.json has BERT's fields. Errors: bad-config, naming the field. */
export function readEncoder(reader: ConfigReader, { name, typesTold, tableColumns, tokens }: EncoderKind): ReadEncoder {
  const activation = reader.activation("hidden_act");
  reader.absolutePositions();
  reader.bidirectional();
  const { hiddenSize, headCount } = reader.heads("hidden_size", "num_attention_heads");
  const vocabularySize = reader.count("vocab_size", 1_000_000);
  const layerCount = reader.count("num_hidden_layers", 256);
  const positionCount = reader.count("max_position_embeddings", 65_536);
  const layerNormEpsilon = reader.number("layer_norm_eps", 1e-20, 0.1, 1e-12);
  const hidden = reader.rate("hidden_dropout_prob", 0.1);
  const embeddings: Embeddings = {
    name: `${name}.embeddings`,
    columns: tableColumns ?? hiddenSize,
    project:
      tableColumns === null || tableColumns === hiddenSize ? null : { name: `${name}.embeddings_project`, hiddenSize },
    vocabularySize,
    positionCount,
    positionsTrained: true,
    typeCount: reader.count("type_vocab_size", 16, 2),
    typesTold,
    tokens,
    layerNormEpsilon,
  };
  const encoder: Encoder = {
    embeddings,
    layers: `${name}.encoder.layer`,
    layerCount,
    layer: {
      names: {
        query: "attention.self.query",
        key: "attention.self.key",
        value: "attention.self.value",
        context: "attention.output.dense",
        contextNorm: "attention.output.LayerNorm",
        expand: "intermediate.dense",
        contract: "output.dense",
        outputNorm: "output.LayerNorm",
      },
      hiddenSize,
      intermediateSize: reader.count("intermediate_size", 65_536),
      activation,
      headCount,
      layerNormEpsilon,
      contextDropout: true,
      activationDropout: false,
    },
  };
  return {
    encoder,
    specs: encoderSpecs(encoder),
    sizes: { vocabularySize, hiddenSize, layerCount, headCount, maxPositions: positionCount },
    tokens,
    dropout: {
      hidden,
      attention: reader.rate("attention_probs_dropout_prob", 0.1),
      classifier: reader.rate("classifier_dropout", hidden),
    },
    initializerRange: reader.number("initializer_range", 0, 10, 0.02),
  };
}
