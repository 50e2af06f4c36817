/** A page that a stranger asks for, or one that says what went wrong; nothing he sends is kept. */
import type { Logger } from 'pino'
import { DISCLOSURE_DEFAULTS, type DisclosureSettings } from '../disclosure/disclosure-settings.ts'
import type { Exchange, Route } from '../http/routing.ts'
import type { Markup } from '../pages/markup.ts'
import type { Stores } from '../stores.ts'
import { problemPage } from './problem.ts'
import { send, sendForAll } from './public-answers.ts'
import { type Say, sayFor } from './say.ts'
import { whatWentWrong } from './what-went-wrong.ts'

export interface PageRouteNeeds {
  readonly database: Pick<Stores, 'disclosure'>
  readonly log: Logger
}

export interface AskedPage {
  readonly say: Say
  readonly settings: DisclosureSettings
  readonly params: Exchange['params']
}

export function pageRoute(
  { database, log }: PageRouteNeeds,
  path: string,
  work: (asked: AskedPage) => Promise<Markup>,
): Route {
  return {
    ...{ method: 'GET', path },
    handle: async ({ request, response, params }) => {
      const say = sayFor(request.url ?? '', request.headers['accept-language'])
      let { settings } = DISCLOSURE_DEFAULTS
      try {
        settings = (await database.disclosure.settings())?.settings ?? settings
        const markup = await work({ say, settings, params })
        sendForAll(request, response, markup.toString())
      } catch (error) {
        const problem = whatWentWrong({ request, response }, error, log)
        if (problem === undefined) return
        const markup = problemPage(say, settings, { problem, path: undefined })
        send(request, response, problem.status, markup.toString())
      }
    },
  }
}

export function redirectRoute(path: string, to: (params: Exchange['params']) => string): Route {
  return {
    ...{ method: 'GET', path },
    handle: async ({ response, params }) => {
      response.writeHead(308, { Location: to(params), 'Content-Length': 0 }).end()
    },
  }
}
