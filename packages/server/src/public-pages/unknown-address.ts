/** A person's browser at an address of the public listener that nothing is at: the page that an unknown product gets too. */
import { nothingHere } from '../http/problem.ts'
import type { Elsewhere, Route } from '../http/routing.ts'
import { asksForPage } from '../pages/asks-for-page.ts'
import { type PageRouteNeeds, pageRoute } from './page-route.ts'

/** `before`: what a request for any public page passes first. */
export function unknownAddress(needs: PageRouteNeeds, before: (route: Route) => Route): Elsewhere {
  const page = pageRoute(needs, '/**', async () => {
    throw nothingHere()
  })
  return {
    takes: (request) => asksForPage(request, request.url ?? ''),
    handle: before(page).handle,
  }
}
