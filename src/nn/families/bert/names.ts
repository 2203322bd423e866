/** The parameter that a tensor of a BERT's file stands for, or null where a classifier does not use it. */
export function parameterOf(tensor: string): string | null {
  const name = currentName(tensor);
  if (name.startsWith("classifier.")) return name;
  const bare = name.startsWith("bert.") ? name.slice("bert.".length) : name;
  if (!/^(embeddings|encoder|pooler)\./.test(bare) || bare === "embeddings.position_ids") return null;
  return `bert.${bare}`;
}

/** Today's name of a tensor: files made from TensorFlow call LayerNorm's weight gamma and its bias beta. */
export function currentName(tensor: string): string {
  return tensor.replace(/LayerNorm\.gamma$/, "LayerNorm.weight").replace(/LayerNorm\.beta$/, "LayerNorm.bias");
}
