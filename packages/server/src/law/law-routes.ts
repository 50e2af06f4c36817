/** Routes of what is written down about a product beside its facts and risks; below /api/1/products/:product. */
import type { Router } from 'express'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import type { ArtifactStore, Clock } from '../ports.ts'
import type { RetentionSettings } from '../retention/retention-settings.ts'
import type { Database } from '../stores.ts'
import { componentPaths } from './components/component-api.ts'
import { componentRoutes } from './components/component-routes.ts'
import { inventoryPaths } from './data-inventory/inventory-api.ts'
import { inventoryRoutes } from './data-inventory/inventory-routes.ts'
import { informationPaths } from './information/information-api.ts'
import { informationRoutes } from './information/information-routes.ts'
import { DATA_USES, STANDARDS, UPSTREAM_REPORTS } from './named-kinds.ts'
import { recordPaths } from './record-api.ts'
import { recordRoutes } from './record-routes.ts'
import { requirementPaths } from './requirements/requirement-api.ts'
import { requirementRoutes } from './requirements/requirement-routes.ts'

export interface LawRoutesNeeds {
  readonly database: Database
  readonly artifacts: ArtifactStore
  readonly clock: Clock
  readonly retention: RetentionSettings
  /** Origin of the public listener. */
  readonly publicBase: string
}

export function lawRoutes(needs: LawRoutesNeeds): readonly Router[] {
  return [
    requirementRoutes(needs),
    componentRoutes(needs),
    inventoryRoutes(needs),
    informationRoutes(needs),
    recordRoutes(STANDARDS, needs),
    recordRoutes(DATA_USES, needs),
    recordRoutes(UPSTREAM_REPORTS, needs),
  ]
}

export const lawPaths: ZodOpenApiPathsObject = {
  ...requirementPaths,
  ...componentPaths,
  ...inventoryPaths,
  ...informationPaths,
  ...recordPaths(STANDARDS),
  ...recordPaths(DATA_USES),
  ...recordPaths(UPSTREAM_REPORTS),
}
