/** Names under which public data sets keep the two texts of a pair, surest first. */
export const pairNames: readonly (readonly [string, string])[] = [
  ["sentence1", "sentence2"],
  ["premise", "hypothesis"],
  ["question1", "question2"],
  ["question", "sentence"],
  ["sentence_a", "sentence_b"],
  ["text1", "text2"],
  ["text_a", "text_b"],
  ["#1 string", "#2 string"],
];

/** Names of a single text, surest first: as public data sets have them, and the same words of other languages. */
export const singleNames: readonly string[] = [
  ["sentence", "text", "review", "comment", "tweet", "content"],
  ["message", "utterance", "sms", "document", "review_text", "comment_text", "reviewtext"],
  ["texto", "texte", "testo", "tekst", "comentario", "comentário", "satz"],
  [
    "текст",
    "отзыв",
    "комментарий",
    "文本",
    "内容",
    "评论",
    "句子",
    "文章",
    "テキスト",
    "本文",
    "レビュー",
    "텍스트",
    "문장",
  ],
].flat();

/** Names of what is to be learnt, surest first. */
export const labelNames: readonly string[] = [
  "label",
  "gold_label",
  "is_duplicate",
  "entailment_label",
  "entailment_judgment",
  "relatedness_score",
  "similarity",
  "score",
  "quality",
  "labels",
  "class",
  "category",
  "target",
  "sentiment",
  "rating",
  "stars",
  "intent",
  "choices",
  ["etiqueta", "rótulo", "clase", "classe", "categoria", "categoría", "sentimento", "sentimiento", "étiquette"],
  ["catégorie", "etichetta", "klasse", "kategorie", "метка", "класс", "категория", "тональность"],
  ["标签", "类别", "情感", "標籤", "類別", "ラベル", "カテゴリ", "感情", "라벨", "레이블", "감정"],
].flat();

/** Names of a column with several labels a row, surest first. */
export const setNames: readonly string[] = [
  "tags",
  "categories",
  "classes",
  "topics",
  "genres",
  "emotions",
  "intents",
  "targets",
  "themes",
  "aspects",
  "tag",
  "topic",
  "emotion",
];

/** Whether a column is named as one with labels, as "label_ids" or "data.labels" is; not as "annotator_labels", which are several people's. */
export function isLabelName(name: string): boolean {
  const plain = plainName(name).replace(/^.*\./u, "");
  return labelNames.includes(plain) || setNames.includes(plain) || /^labels?_(?:ids?|names?)$/.test(plain);
}

/** Label names that promise a number on a scale and not a class. */
export const scoreNames: readonly string[] = ["score", "similarity", "relatedness_score"];

/** Every name that marks a first line as a header, and the ones GLUE's files have beside. */
export const headerNames: ReadonlySet<string> = new Set([
  ...pairNames.flat(),
  ...singleNames,
  ...labelNames,
  "index",
  "genre",
  "pairid",
  "qid1",
]);

/** A header cell as names are compared: without blanks around it, in lower case, composed. */
export function plainName(cell: string): string {
  return cell.trim().toLowerCase().normalize("NFC");
}

/** The names of a header as they are looked for: a nested one, "data.text", by its last part where no other has that. */
export function plainNames(header: readonly string[]): readonly string[] {
  const names = header.map(plainName);
  const tails = names.map((name) => name.slice(name.lastIndexOf(".") + 1));
  return names.map((name, at) => {
    const tail = tails[at] ?? name;
    return tails.filter((other) => other === tail).length === 1 ? tail : name;
  });
}
