/** Routes of what is written down about a product beside its facts and risks; below /api/1/products/:product. */
import type { Router } from 'express'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import type { Clock } from '../ports.ts'
import type { RetentionSettings } from '../retention/retention-settings.ts'
import type { Database } from '../stores.ts'
import { requirementPaths } from './requirements/requirement-api.ts'
import { requirementRoutes } from './requirements/requirement-routes.ts'

export interface LawRoutesNeeds {
  readonly database: Database
  readonly clock: Clock
  readonly retention: RetentionSettings
  /** Origin of the public listener. */
  readonly publicBase: string
}

export function lawRoutes(needs: LawRoutesNeeds): readonly Router[] {
  return [requirementRoutes(needs)]
}

export const lawPaths: ZodOpenApiPathsObject = { ...requirementPaths }
