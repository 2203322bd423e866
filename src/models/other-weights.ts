/** Files of weights that are not read: how their names look, what they are, and how to make one that is. */
const others: readonly { readonly name: RegExp; readonly what: string; readonly advice: string }[] = [
  {
    name: /^adapter_(model|config)\./,
    what: "a LoRA adapter of PEFT and not a model",
    advice: "Merge it: PeftModel.from_pretrained(model, DIR).merge_and_unload().save_pretrained(OUT).",
  },
  {
    name: /^bert_model\.ckpt\./,
    what: "a TensorFlow checkpoint",
    advice:
      "Convert it to PyTorch with transformers (BertForPreTraining.from_pretrained(…, from_tf=True).save_pretrained(DIR)).",
  },
  {
    name: /\.ckpt$/,
    what: "a PyTorch Lightning checkpoint",
    advice:
      "Name it pytorch_model.bin: its state_dict is read. Or save that alone: " +
      "torch.save(torch.load(FILE, map_location='cpu', weights_only=False)['state_dict'], 'pytorch_model.bin').",
  },
  {
    name: /^(model|pytorch_model)-\d+-of-\d+\.(safetensors|bin)$/,
    what: "one of several parts of a model, whose index is not here",
    advice: "Add model.safetensors.index.json or pytorch_model.bin.index.json, which lies beside them.",
  },
  {
    name: /^(?!optimizer|scheduler|rng_state|scaler|training_args).*\.(pt|pth)$/,
    what: "a file of torch.save() under another name",
    advice:
      "If it holds a state dict, name it pytorch_model.bin; if a whole module, save its weights alone: " +
      "torch.save(torch.load(FILE, weights_only=False).state_dict(), 'pytorch_model.bin').",
  },
  {
    name: /^tf_model\.h5$|\.h5$|\.keras$/,
    what: "a TensorFlow (Keras) model",
    advice: "Convert it: AutoModel.from_pretrained(DIR, from_tf=True).save_pretrained(OUT) writes model.safetensors.",
  },
  {
    name: /^flax_model\.msgpack$|\.msgpack$/,
    what: "a Flax model",
    advice: "Convert it: AutoModel.from_pretrained(DIR, from_flax=True).save_pretrained(OUT) writes model.safetensors.",
  },
  {
    name: /\.onnx$/,
    what: "an ONNX model, which cannot be trained",
    advice: "Get the model.safetensors or pytorch_model.bin that it was exported from.",
  },
  {
    name: /\.gguf$|\.ggml$/,
    what: "a quantised GGUF model, which cannot be trained",
    advice: "Get the model.safetensors or pytorch_model.bin that it was made from.",
  },
  {
    name: /\.ot$|\.mlmodel$|\.tflite$|\.pb$/,
    what: "a model of another library",
    advice: "Get its model.safetensors or pytorch_model.bin.",
  },
];

/** The file among these names that holds weights of another kind, in sentences; null where there is none. */
export function otherWeightsIn(names: readonly string[]): string | null {
  for (const { name, what, advice } of others) {
    const found = names.find((one) => name.test(one));
    if (found !== undefined) return `${found} is ${what}. ${advice}`;
  }
  return null;
}

/** The vocabulary among these names that is read by another kind of tokenizer, in sentences; null where there is none. */
export function otherVocabularyIn(names: readonly string[]): string | null {
  const pieces = names.find((name) => /(^|\/)(spiece|sentencepiece[\w.]*|tokenizer)\.model$/.test(name));
  const json =
    "AutoTokenizer.from_pretrained(DIR, use_fast=True).save_pretrained(DIR) writes a tokenizer.json of it, if it can";
  if (pieces !== undefined)
    return `${pieces} is a vocabulary of SentencePiece, of which only DeBERTa's spm.model is read. ${json}.`;
  const [half] = ["vocab.json", "merges.txt"].filter((name) => names.includes(name));
  const other = half === "merges.txt" ? "vocab.json" : "merges.txt";
  return half === undefined ? null : `${half} is one of the two files of a byte-level BPE: add its ${other}.`;
}
