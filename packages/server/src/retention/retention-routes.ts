import { Router } from 'express'
import type { RetentionSettings } from './retention-settings.ts'

export function retentionRoutes(settings: RetentionSettings): Router {
  const routes = Router()
  routes.get('/retention', (_request, response) => {
    response.json(settings)
  })
  return routes
}
