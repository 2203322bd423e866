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
      "Save its weights as pytorch_model.bin: torch.save(torch.load(FILE, map_location='cpu')['state_dict'], 'pytorch_model.bin').",
  },
  {
    name: /\.(pt|pth)$/,
    what: "a file of torch.save() under another name",
    advice: "If it holds a state dict, name it pytorch_model.bin; if a whole module, save module.state_dict() so.",
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
