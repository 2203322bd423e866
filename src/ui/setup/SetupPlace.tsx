import { stepTitles } from "../../store/setup/step-titles.ts";
import classes from "./SetupPlace.module.css";

/** What stands for the steps until their script is there: their titles, each as high as a folded step. */
export function SetupPlace() {
  return (
    <ol className={classes.place} aria-busy>
      {Object.values(stepTitles).map((title) => (
        <li key={title} className={classes.step}>
          {title}
        </li>
      ))}
    </ol>
  );
}
