/** Tells one build of the engine from another; put in by Vite. */
declare const engineBuild: string;
