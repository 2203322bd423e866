import type { OlderFiles } from "./tokenizer-files.ts";

/** DeBERTa's spm.model, from its second version on. */
export const sentencePiece: OlderFiles = {
  names: ["spm.model"],
  classes: /^DebertaV2Tokenizer(Fast|Legacy)?$/,
  usualClass: "DebertaV2Tokenizer",
  whose: "DeBERTa's",
  async read(folder, config) {
    const { spmDefinition } = await import("./spm/spm-definition.ts");
    return await spmDefinition(folder, config);
  },
};
