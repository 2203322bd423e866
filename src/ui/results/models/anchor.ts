/** Where on the page the trained models are. */
export const trainedModelsAnchor = "trained-models";

/** Where those are that were opened to be asked. */
export const openedModelsAnchor = "opened-models";
