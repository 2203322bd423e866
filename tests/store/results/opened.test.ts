import { expect, test } from "vitest";
import { createApp } from "../../../src/store/app.ts";
import { createFakeTrainer } from "../fake-trainer.ts";

const file = (path: string, text = "x") => [{ path, file: new Blob([text]) }];

test("models from disk are opened, asked and closed without WebGPU", async () => {
  const trainer = createFakeTrainer({ webgpu: false });
  const { store, actions } = createApp(trainer);
  await actions.connect();
  await actions.opened.open(file("one.zip"));
  await actions.opened.open(file("two.zip"));
  expect(store.getState().opened.models.map(({ name }) => name)).toEqual(["one", "two"]);
  await actions.opened.ask("a", "b");
  expect(trainer.calls).toContain("askOpened a | b");
  expect(store.getState().opened.asked).toMatchObject({ first: "a", second: "b" });
  expect(store.getState().opened.asked?.answers.map(({ model }) => model)).toEqual(["opened-1", "opened-2"]);
  await actions.opened.close("opened-1");
  expect(store.getState().opened.models.map(({ id }) => id)).toEqual(["opened-2"]);
  expect(store.getState().opened.asked?.answers.map(({ model }) => model)).toEqual(["opened-2"]);
  await actions.opened.close("opened-2");
  expect(store.getState().opened.asked).toBeNull();
});

test("what cannot be opened says why, beside those that are open; a fresh engine has none", async () => {
  const { store, actions } = createApp(createFakeTrainer());
  await actions.opened.open(file("one.zip"));
  await actions.opened.open(file("empty.zip", ""));
  expect(store.getState().opened).toMatchObject({ opening: false, openError: "empty has no model.onnx." });
  expect(store.getState().opened.models).toHaveLength(1);
  await actions.opened.open(file("three.zip"));
  expect(store.getState().opened.openError).toBeNull();
  await actions.startAgain();
  expect(store.getState().opened.models).toEqual([]);
});
