import { demoOffered } from "../../store/state.ts";
import { useSelect } from "../app-context.ts";
import { formatCount } from "../../core/format.ts";
import { DemoButton } from "./DemoButton.tsx";
import textClasses from "../kit/text.module.css";
import classes from "./demo.module.css";

/** The way in: the button, what it does, and what it takes the place of. */
export function DemoStart() {
  const offered = useSelect(demoOffered);
  const [model] = useSelect((state) => state.bundled.items);
  const demo = useSelect((state) => state.engine.catalog?.demo);
  const software = useSelect((state) => state.engine.device?.software === true);
  const loaded = useSelect((state) => state.model.model !== null || state.data.train !== null);
  if (!offered || model === undefined || demo === undefined) return null;
  const runs = demo.plan.methods.length * demo.plan.seeds.length;
  return (
    <div className={classes.start}>
      <DemoButton size="lg" variant="filled" />
      <div className={classes.startText}>
        <p className={classes.startLead}>{demo.about}</p>
        <p className={textClasses.hint}>
          {runs} runs of a model of {formatCount(model.parameterCount)} weights,{" "}
          {software
            ? "about a quarter of an hour on this machine, which has no graphics card"
            : "about a minute on a graphics card"}
          . Model and sentences come with this page, so it works offline.
          {loaded && " It replaces what you have loaded; your settings can be restored."}
        </p>
      </div>
    </div>
  );
}

/** The way in on a narrow page, where the set-up stands above the welcome. */
export function DemoStrip() {
  const offered = useSelect(demoOffered);
  const idle = useSelect((state) => state.experiment.status === "idle");
  if (!offered || !idle) return null;
  return (
    <div className={classes.strip}>
      <p className={classes.stripText}>New here? See it train in one click.</p>
      <DemoButton size="sm" variant="filled" />
    </div>
  );
}
