/**
 * The pages on which people subscribe, confirm and end it, on the public listener. Everything that comes here is a
 * stranger's: no address and no link of one reaches a log, and no page has a script.
 */
import { isDeviceId, isName } from '@fleetward/shared'
import type { Logger } from 'pino'
import { z } from 'zod'
import { DISCLOSURE_DEFAULTS, type DisclosureSettings } from '../disclosure/disclosure-settings.ts'
import type { Sent } from '../disclosure/pages/report-pages.ts'
import { plainLine } from '../disclosure/plain-text.ts'
import { fieldsOf, requireOwnPage } from '../disclosure/public-form.ts'
import { ReportPace } from '../disclosure/report-pace.ts'
import { addressOf } from '../http/address.ts'
import { HttpError } from '../http/problem.ts'
import { readBody } from '../http/request-body.ts'
import type { Exchange, Route } from '../http/routing.ts'
import { addressSchema } from '../mail/address.ts'
import type { MailLinks } from '../mail/mail-links.ts'
import type { Markup } from '../pages/markup.ts'
import type { Clock } from '../ports.ts'
import { banner, problemPage } from '../public-pages/problem.ts'
import { send } from '../public-pages/public-answers.ts'
import { type Say, sayFor } from '../public-pages/say.ts'
import { whatWentWrong } from '../public-pages/what-went-wrong.ts'
import type { Database } from '../stores.ts'
import { AskPace } from './ask-pace.ts'
import {
  askedPage,
  buttonPage,
  CONFIRM_PATH,
  donePage,
  NAME_MAX_CHARACTERS,
  SUBSCRIBE_PATH,
  subscribePage,
  UNSUBSCRIBE_PATH,
} from './subscription-pages.ts'
import { Subscriptions } from './subscriptions.ts'

const BODY_MAX_BYTES = 8 * 1024

const word = z.string().max(NAME_MAX_CHARACTERS).transform(plainLine)
const subscribeForm = z.strictObject({
  address: addressSchema,
  // As people write it: `Lumen Gateway G1`.
  product: word.transform((text) => text.toLowerCase().replaceAll(' ', '-')).refine(isName),
  // It stands in a mail to whoever a stranger names: a number of ours, and no sentence of his.
  device: word.default('').refine((text) => text === '' || isDeviceId(text)),
})

export interface PublicSubscriptionNeeds {
  readonly database: Database
  readonly clock: Clock
  readonly links: MailLinks
  /** Without a mail server nobody can confirm anything. */
  readonly canMail: boolean
  readonly log: Logger
}

interface Asking {
  readonly exchange: Exchange
  readonly say: Say
  readonly settings: DisclosureSettings
  readonly query: URLSearchParams
  readonly from: string
}

export function publicSubscriptionRoutes(needs: PublicSubscriptionNeeds): Route[] {
  const { database, clock, links, canMail, log } = needs
  const nowMs = () => clock.now().getTime()
  const pace = new ReportPace(nowMs)
  // Pages and links have the pace of forms.
  const asking = new AskPace(nowMs)
  const subscriptions = new Subscriptions(database, links, () => Math.floor(nowMs() / 1000))

  const page = (
    method: Route['method'],
    path: string,
    work: (asked: Asking) => Promise<Markup>,
  ): Route => ({
    ...{ method, path },
    handle: async (exchange) => {
      const { request, response } = exchange
      const url = request.url ?? ''
      const say = sayFor(url, request.headers['accept-language'])
      const asked: Asking = {
        ...{ exchange, say, settings: DISCLOSURE_DEFAULTS.settings },
        query: new URLSearchParams(url.split('?')[1] ?? ''),
        from: addressOf(request) ?? '',
      }
      let settings = asked.settings
      try {
        settings = (await database.disclosure.settings())?.settings ?? settings
        const markup = await pace.through(asked.from, () => work({ ...asked, settings }))
        send(request, response, 200, markup.toString())
      } catch (error) {
        const problem = whatWentWrong(exchange, error, log)
        if (problem === undefined) return
        const sent = sentIn.get(exchange)
        const markup =
          sent === undefined
            ? problemPage(say, settings, { problem, path: undefined })
            : subscribePage(say, settings, { ...sent, problem: banner(say, settings, problem) })
        send(request, response, problem.status, markup.toString())
      }
    },
  })

  const token = ({ query }: Asking) => query.get('token') ?? ''

  return [
    page('GET', SUBSCRIBE_PATH, async ({ say, settings, query }) => {
      requireMail(canMail)
      const [product = '', device = ''] = ['product', 'device'].map((name) =>
        plainLine(query.get(name) ?? '').slice(0, NAME_MAX_CHARACTERS),
      )
      return subscribePage(say, settings, { typed: { product, device } })
    }),
    page('POST', SUBSCRIBE_PATH, async ({ exchange, say, settings, from }) => {
      requireMail(canMail)
      const { request } = exchange
      requireOwnPage(request)
      const type = 'application/x-www-form-urlencoded'
      const body = await readBody(request, { type, maxBytes: BODY_MAX_BYTES })
      const typed = fieldsOf(new URLSearchParams(body.toString()))
      const read = subscribeForm.safeParse(typed)
      const refused = read.error?.issues.map(({ path: [name] }) => String(name)) ?? []
      sentIn.set(exchange, { typed, refused: new Set(refused) })
      if (!read.success) throw new HttpError(400, 'REQUEST_INVALID', 'A field cannot be taken')
      asking.take(from, await subscriptions.askedToday())
      await subscriptions.ask({ ...read.data, language: say.language })
      return askedPage(say, settings)
    }),
    page('GET', CONFIRM_PATH, async (asked) => {
      const { name } = await subscriptions.toConfirm(token(asked))
      return buttonPage(asked.say, asked.settings, {
        path: CONFIRM_PATH,
        token: token(asked),
        name,
      })
    }),
    page('POST', CONFIRM_PATH, async (asked) => {
      await subscriptions.confirm(token(asked))
      return donePage(asked.say, asked.settings, CONFIRM_PATH)
    }),
    page('GET', UNSUBSCRIBE_PATH, async (asked) => {
      const meant = await subscriptions.toEnd(token(asked))
      if (meant === undefined) return donePage(asked.say, asked.settings, UNSUBSCRIBE_PATH)
      const { name } = meant
      const shown = { path: UNSUBSCRIBE_PATH, token: token(asked), name }
      return buttonPage(asked.say, asked.settings, shown)
    }),
    // RFC 8058 §3.2: mail programs post here by themselves; the link is the proof, whatever the body says.
    page('POST', UNSUBSCRIBE_PATH, async (asked) => {
      await subscriptions.end(token(asked))
      return donePage(asked.say, asked.settings, UNSUBSCRIBE_PATH)
    }),
  ]
}

const sentIn = new WeakMap<Exchange, Sent>()

function requireMail(canMail: boolean): void {
  if (canMail) return
  throw new HttpError(404, 'MAIL_NOT_SET_UP', 'This server sends no mails')
}
