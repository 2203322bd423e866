import { DemoStart } from "./DemoStart.tsx";
import { StagesDiagram } from "./StagesDiagram.tsx";
import { OpenButton, RecordedButton } from "../results/ResultFiles.tsx";
import layoutClasses from "../kit/layout.module.css";
import textClasses from "../kit/text.module.css";
import classes from "./Welcome.module.css";

/** Before any run: what this is about, in three sentences and a picture. */
export function Welcome() {
  return (
    <section className={classes.welcome} aria-labelledby="welcome-title">
      <h2 id="welcome-title" className={classes.title}>
        Does it help to train only part of a network?
      </h2>
      <p className={classes.lead}>
        Fine-tuning a large model on a small data set is a gamble: the same recipe with another seed can land several
        points apart. <b>Dynamic parameter selection</b> lets training itself find the subnetwork that matters and
        trains mainly that, again and again, in two stages. Here you can compare it with ordinary fine-tuning, seed by
        seed, on your own data.
      </p>
      <DemoStart />
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
