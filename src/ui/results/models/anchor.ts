/** Where on the page the trained models are. */
export const trainedModelsAnchor = "trained-models";
