/** All pages of signing in, and the files they load. */
import { Router } from 'express'
import { SITE } from '../pages/layout.ts'
import { siteFiles } from '../site-files.ts'
import { accountRoutes } from './account-routes.ts'
import { companyRoutes } from './company-routes.ts'
import { pageHeaders } from './page-headers.ts'
import type { PageRoute } from './page-route.ts'
import { type PageRouterNeeds, pageRouter } from './page-router.ts'
import { sessionRoutes } from './session-routes.ts'
import { signInRoutes } from './sign-in-routes.ts'
import { stepUpRoutes } from './step-up-routes.ts'
import { welcomeRoutes } from './welcome-routes.ts'

export const PAGE_ROUTES: readonly PageRoute[] = [
  ...[...signInRoutes, ...companyRoutes, ...welcomeRoutes],
  ...[...accountRoutes, ...sessionRoutes, ...stepUpRoutes],
]

export function signInRouter(needs: PageRouterNeeds): Router {
  const router = Router({ caseSensitive: true, strict: true })
  for (const [name, { bytes, contentType, etag }] of siteFiles()) {
    router.get(`${SITE}/${name}`, pageHeaders, (request, response) => {
      response.set({ 'Cache-Control': 'no-cache', ETag: etag })
      if (request.get('if-none-match') === etag) response.status(304).end()
      else response.set('Content-Type', contentType).send(bytes)
    })
  }
  router.use(pageRouter(needs, PAGE_ROUTES))
  return router
}
