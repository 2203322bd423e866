/** Today's name of a tensor: files made from TensorFlow call LayerNorm's weight gamma and its bias beta. */
export function currentName(tensor: string): string {
  return tensor.replace(/LayerNorm\.gamma$/, "LayerNorm.weight").replace(/LayerNorm\.beta$/, "LayerNorm.bias");
}

/** How a family's files call its tensors. */
export interface FileNames {
  /** What stands in front of the encoder's names, with its dot; a file of the encoder alone lacks it. */
  readonly prefix: string;
  /** How the encoder's names begin behind the prefix. */
  readonly body: RegExp;
  /** How the head's names begin, which never have the prefix. */
  readonly head: RegExp;
}

/** Tables that older files keep and that no weight is: places and types counted up. */
const counted = /^embeddings\.(position|token_type)_ids$/;

/** The parameter that a tensor of such a file stands for, or null where a classifier does not use it. */
export function parameterNames({ prefix, body, head }: FileNames): (tensor: string) => string | null {
  return (tensor) => {
    const name = currentName(tensor);
    if (head.test(name)) return name;
    const bare = name.startsWith(prefix) ? name.slice(prefix.length) : name;
    return body.test(bare) && !counted.test(bare) ? `${prefix}${bare}` : null;
  };
}
