import type { HubRequest } from "../../contract/hub.ts";
import { openHubModel } from "../../models/hub/model.ts";
import type { HubModel } from "../../models/hub/model.ts";
import type { HubMeans } from "../../models/hub/repository.ts";
import { modelOf } from "../../nn/families/index.ts";

/**
 * Gets a model of the Hub for Workspace.loadModel(files, source). A model of another family is refused after its
 * config.json. Errors: as openHubModel.
 */
export async function fetchHubModel(request: HubRequest, means: HubMeans): Promise<HubModel> {
  return await openHubModel(request, means, modelOf);
}
