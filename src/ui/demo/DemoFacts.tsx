import { demoOffered } from "../../store/state.ts";
import { useSelect } from "../app-context.ts";
import { Cancel } from "../frame/Cancel.tsx";
import { countOf, formatCount } from "../../core/format.ts";
import textClasses from "../kit/text.module.css";

/** What the demo does, what it is doing, and what it takes the place of. */
export function DemoFacts() {
  const offered = useSelect(demoOffered);
  const [model] = useSelect((state) => state.bundled.items);
  const demo = useSelect((state) => state.engine.catalog?.demo);
  const software = useSelect((state) => state.engine.device?.software === true);
  const preparing = useSelect((state) => state.demo.preparing);
  const loaded = useSelect((state) => state.model.model !== null || state.data.train !== null);
  if (!offered || model === undefined || demo === undefined) return null;
  const { methods, seeds } = demo.plan;
  const runs = software ? demo.first.methodCount * demo.first.seedCount : methods.length * seeds.length;
  return (
    <div aria-live="polite" className={textClasses.hint}>
      {preparing === "loading" && "Loading the model and its sentences …"}
      {preparing === "timing" && (
        <>
          Timing five steps of each method on this device … <Cancel what="timing" of="the timing" />
        </>
      )}
      {preparing === null && (
        <>
          {countOf(runs, "run")} of a BERT of {formatCount(model.parameterCount)} weights, side by side; five steps are
          timed first, to say how long it takes. Nothing you load leaves this computer.
          {software && " Without a graphics card it begins small, to end within two minutes."}
          {loaded && " It replaces what you have loaded; your settings can be restored."}
        </>
      )}
    </div>
  );
}
