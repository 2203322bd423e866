import { expect, test } from "vitest";
import { describeModel } from "../../../src/cli/report/describe.ts";
import { model } from "../../store/fake-records.ts";

test("how a model's files were read is said on request, what was assumed always", () => {
  const [line, ...notes] = describeModel(model, false);
  expect(line).toMatch(/^Model {3}bert_uncased/);
  expect(notes).toEqual(model.notes.map((note) => `Note    ${note}`));
  expect(describeModel(model, true)).toEqual([
    line,
    'Read    bert_uncased_L-2_H-128_A-2: pytorch_model.bin · under "state_dict" · float32 · prefix "model." taken off · ' +
      "no head · vocab.txt",
    ...notes,
  ]);
});
