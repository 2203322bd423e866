import { expose } from "comlink";
import { openBrowserStore } from "./browser-store.ts";
import { createTrainer } from "./trainer.ts";

expose(createTrainer(navigator.gpu, openBrowserStore));
