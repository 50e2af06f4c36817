/** To a company's provider and back. They are links and no forms: browsers hold a form's redirects to `form-action`. */
import {
  type CompanyIntent,
  leaveForCompany,
  returnFromCompany,
} from '../company/company-sign-in.ts'
import { ownPath } from '../own-path.ts'
import { goOnPage } from '../pages/small-pages.ts'
import type { PageRequest, PageRoute, Who } from './page-route.ts'
import { firstPage } from './sign-in-routes.ts'

export const COMPANY_CALLBACK = '/sign-in/company/:company/callback'

export const companyRoutes: readonly PageRoute[] = [
  departure('/sign-in/company/:company', 'anybody', 'signIn'),
  departure('/welcome/company/:company', 'anybody', 'setUp', '/account'),
  departure('/account/company/:company', 'proved', 'link', '/account'),
  departure('/step-up/company/:company', 'signedIn', 'stepUp'),
  {
    ...{ method: 'GET', path: COMPANY_CALLBACK, who: 'anybody' },
    handle: async (page) => {
      const { parts, visitor, query, params } = page
      const { next, person } = await returnFromCompany(parts, visitor, params.company ?? '', query)
      if (person !== undefined) page.setCookies(person.cookies)
      const wish = person === undefined ? ownPath(next) : await firstPage(page, person, next)
      page.show(goOnPage(page.say, wish))
    },
  },
]

function departure(path: string, who: Who, intent: CompanyIntent, next?: string): PageRoute {
  return {
    // Another page could send a browser there that is signed in at the provider as somebody else.
    ...{ method: 'GET', path, who, onlyFromHere: who !== 'anybody' },
    handle: async (page) => {
      const url = await leaveForCompany(page.parts, page.visitor, {
        ...{ company: page.params.company ?? '', intent, session: sessionOf(page, who) },
        next: next ?? ownPath(page.query.get('next') ?? undefined),
      })
      page.go(url.href)
    },
  }
}

function sessionOf(page: PageRequest, who: Who): string | undefined {
  return who === 'anybody' ? undefined : page.open.session.id
}
