import { demoOffered } from "../../store/state.ts";
import { useSelect } from "../app-context.ts";
import { formatCount } from "../../core/format.ts";
import textClasses from "../kit/text.module.css";

/** What the demo does, and what it takes the place of. */
export function DemoFacts() {
  const offered = useSelect(demoOffered);
  const [model] = useSelect((state) => state.bundled.items);
  const demo = useSelect((state) => state.engine.catalog?.demo);
  const loaded = useSelect((state) => state.model.model !== null || state.data.train !== null);
  if (!offered || model === undefined || demo === undefined) return null;
  const runs = demo.plan.methods.length * demo.plan.seeds.length;
  return (
    <p className={textClasses.hint}>
      {runs} runs of a model of {formatCount(model.parameterCount)} weights. Model and sentences come with this page,
      and nothing you load leaves this computer.
      {loaded && " It replaces what you have loaded; your settings can be restored."}
    </p>
  );
}
