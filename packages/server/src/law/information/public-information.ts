/** `/products/{product}/information` on the public listener: what a product's manufacturer decided to show (Annex II). */
import type { Logger } from 'pino'
import {
  DISCLOSURE_DEFAULTS,
  type DisclosureSettings,
  isSetUp,
} from '../../disclosure/disclosure-settings.ts'
import { HttpError, logFailure, problemOf, RETRY_AFTER_SECONDS } from '../../http/problem.ts'
import type { Route } from '../../http/routing.ts'
import { html } from '../../pages/markup.ts'
import { type Clock, secondsOf } from '../../ports.ts'
import { document } from '../../public-pages/layout.ts'
import { problemPage } from '../../public-pages/problem.ts'
import { send } from '../../public-pages/public-answers.ts'
import { sayFor } from '../../public-pages/say.ts'
import type { Database } from '../../stores.ts'
import { informationSections, informationTitle, supportNotice } from './information-page.ts'
import { PUBLICATION_ID } from './publication.ts'

export interface PublicInformationNeeds {
  readonly database: Database
  readonly clock: Clock
  readonly log: Logger
}

export function informationPath(product: string): string {
  return `/products/${product}/information`
}

export function publicInformationRoutes({ database, clock, log }: PublicInformationNeeds): Route[] {
  const page = async (product: string) => {
    const kept = await database.records.find(product, 'information', PUBLICATION_ID)
    const shown =
      kept?.content.isPublic === true
        ? await database.facts.find(product, kept.content.facts)
        : undefined
    // Of a product that shows nothing nobody learns that it is there.
    if (kept === undefined || shown === undefined) {
      throw new HttpError(404, 'NOT_FOUND', 'There is nothing at this address')
    }
    return { facts: shown.facts, written: kept.content.language }
  }

  return [
    {
      ...{ method: 'GET', path: '/products/:product/information' },
      handle: async ({ request, response, params }) => {
        const say = sayFor(request.url ?? '', request.headers['accept-language'])
        let settings: DisclosureSettings = DISCLOSURE_DEFAULTS.settings
        try {
          settings = (await database.disclosure.settings())?.settings ?? settings
          const { product = '' } = params
          const { facts, written } = await page(product)
          const { language } = say
          const now = secondsOf(clock)
          const markup = document(say, {
            ...{ title: informationTitle(facts, language), path: informationPath(product) },
            settings: {
              ...settings,
              organisation: settings.organisation || facts.manufacturer?.name || '',
            },
            hasNoDisclosure: !isSetUp(settings),
            content: html`${supportNotice(facts, language, now)}${informationSections(facts, { language, written })}`,
          })
          send(request, response, 200, markup.toString())
        } catch (error) {
          if (request.socket.destroyed) return
          const problem = problemOf(error)
          logFailure(log, problem, error, request.method)
          if (problem.code === 'DATABASE_AWAY')
            response.setHeader('Retry-After', RETRY_AFTER_SECONDS)
          const markup = problemPage(say, settings, { problem, path: undefined })
          send(request, response, problem.status, markup.toString())
        }
      },
    },
  ]
}
