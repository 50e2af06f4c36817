import type { Route } from '../http/routing.ts'
import type { PublicAdvisoryNeeds } from './public-routes.ts'

export function advisoryPageRoutes(_needs: PublicAdvisoryNeeds): Route[] {
  return []
}
