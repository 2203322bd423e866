import { StagesDiagram } from "./StagesDiagram.tsx";
import { OpenButton, RecordedButton } from "../results/files/ResultFiles.tsx";
import layoutClasses from "../kit/layout.module.css";
import textClasses from "../kit/text.module.css";
import classes from "./Welcome.module.css";

/** Before any run: how parameters are selected, in a picture and three sentences. */
export function Welcome() {
  return (
    <section className={classes.welcome} aria-labelledby="welcome-title">
      <h2 id="welcome-title" className={textClasses.headline}>
        How it works
      </h2>
      <StagesDiagram />
      <ol className={classes.stages}>
        <li>
          <b>Stage I, gather.</b> Train as usual for a while and add up the squared gradient of every weight: its score.
        </li>
        <li>
          <b>Select.</b> In each weight matrix, keep the share with the highest scores; the rest is masked.
        </li>
        <li>
          <b>Stage II, update.</b> For as long again only the selected weights get gradients; then reset the scores and
          repeat.
        </li>
      </ol>
      <p className={textClasses.hint}>
        With data of your own: load a model and a table, tick methods, press Run. Losses, scores, costs and selections
        appear here as they happen. Nothing you load leaves this computer.
      </p>
      <div className={`${layoutClasses.buttons} ${classes.buttons}`}>
        <RecordedButton />
        <OpenButton />
      </div>
    </section>
  );
}
