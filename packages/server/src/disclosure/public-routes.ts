/**
 * What the public finds on the public listener: security.txt, the policy, the form for reports and the page on which a
 * reporter reads on. Everything that comes here is a stranger's: nothing of it reaches a log, and no page has a script.
 */
import type { IncomingMessage } from 'node:http'
import type { Logger } from 'pino'
import type { z } from 'zod'
import { csafUrlOf } from '../advisories/csaf-url.ts'
import { addressOf } from '../http/address.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError, nothingHere } from '../http/problem.ts'
import { readBody } from '../http/request-body.ts'
import type { Exchange, Route } from '../http/routing.ts'
import type { Markup } from '../pages/markup.ts'
import { type Clock, secondsOf } from '../ports.ts'
import { banner, problemPage } from '../public-pages/problem.ts'
import { send, sendText, style } from '../public-pages/public-answers.ts'
import { type Say, sayFor } from '../public-pages/say.ts'
import { whatWentWrong } from '../public-pages/what-went-wrong.ts'
import type { Database } from '../stores.ts'
import {
  DISCLOSURE_DEFAULTS,
  type DisclosureSettings,
  isSetUp,
  type KeptDisclosureSettings,
} from './disclosure-settings.ts'
import { inTime } from './form-time.ts'
import { policyPage, thanksPage } from './pages/policy-page.ts'
import { followedPage, followPage, reportPage, type Sent, sentPage } from './pages/report-pages.ts'
import { fieldsOf, requireOwnPage } from './public-form.ts'
import { dueTimes } from './report.ts'
import { ReportPace } from './report-pace.ts'
import {
  FOLLOW_PATH,
  FORM_PATH,
  KEY_PATH,
  POLICY_PATH,
  SECURITY_TEXT_PATH,
  type SecurityTextSigner,
  STYLE_PATH,
  securityText,
  THANKS_PATH,
} from './security-text.ts'
import { followForm, ReportIntake, reportForm } from './take-report.ts'

/** 20,000 characters of any language, percent-encoded. */
const BODY_MAX_BYTES = 256 * 1024
const THANKS_MAX_COUNT = 500
const FORM_TYPE = 'application/x-www-form-urlencoded'

export interface PublicDisclosureNeeds {
  readonly database: Database
  readonly clock: Clock
  /** Origin of the public listener, where the settings name none. */
  readonly base: () => string
  readonly log: Logger
  /** Whether people can subscribe to news by mail. */
  readonly canSubscribe: boolean
  /** Without one security.txt is not signed. */
  readonly signer?: SecurityTextSigner
}

interface Asked {
  readonly exchange: Exchange
  readonly say: Say
  readonly settings: DisclosureSettings
  readonly address: string
}

interface Shown {
  readonly status?: number
  readonly markup: Markup
}

export function publicDisclosureRoutes(needs: PublicDisclosureNeeds): Route[] {
  const { database, clock, base, log, signer, canSubscribe } = needs
  const canMail = canSubscribe
  const now = () => secondsOf(clock)
  const pace = new ReportPace(() => clock.now().getTime())
  const intake = new ReportIntake(database, pace, now)
  const css = style()

  const kept = async (): Promise<KeptDisclosureSettings> =>
    (await database.disclosure.settings()) ?? DISCLOSURE_DEFAULTS

  /** A page, or a page that says what went wrong; `mend` shows the form again with what was typed. */
  const page = (
    method: Route['method'],
    path: string,
    work: (asked: Asked) => Promise<Shown>,
    mend?: (asked: Asked, sent: Sent, problem: Markup) => Markup,
  ): Route => ({
    ...{ method, path },
    handle: async (exchange) => {
      const { request, response } = exchange
      const say = sayFor(request.url ?? '', request.headers['accept-language'])
      const address = addressOf(request) ?? ''
      let settings = DISCLOSURE_DEFAULTS.settings
      let shown: Shown
      try {
        settings = (await kept()).settings
        if (!isSetUp(settings)) throw notSetUp()
        shown = await work({ exchange, say, settings, address })
      } catch (error) {
        const problem = whatWentWrong(exchange, error, log)
        if (problem === undefined) return
        const sent = sentIn.get(request)
        const markup =
          mend === undefined || (sent === undefined && problem.status !== 400)
            ? problemPage(say, settings, { problem, path: path.endsWith('*') ? undefined : path })
            : mend(
                { exchange, say, settings, address },
                problem.code === 'REPORT_CODE_WRONG' ? WRONG_CODE : (sent ?? NOTHING_SENT),
                banner(say, settings, problem),
              )
        shown = { status: problem.status, markup }
      }
      send(request, response, shown.status ?? 200, shown.markup.toString())
    },
  })

  /** Reads a form of ours, as slowly as its sender deserves. */
  const form = async <Schema extends z.ZodType, Result>(
    { exchange: { request }, address }: Asked,
    schema: Schema,
    work: (fields: z.output<Schema>) => Promise<Result>,
  ): Promise<Result> =>
    pace.through(address, async () => {
      requireOwnPage(request)
      const body = await inTime(readBody(request, { type: FORM_TYPE, maxBytes: BODY_MAX_BYTES }))
      const typed = fieldsOf(new URLSearchParams(body.toString()))
      const read = schema.safeParse(typed)
      const refused = read.error?.issues.map(({ path: [name] }) => String(name)) ?? []
      sentIn.set(request, { typed, refused: new Set(refused) })
      return work(parseRequest(schema, typed))
    })

  const nothing = page('GET', `${POLICY_PATH}**`, () => {
    throw nothingHere()
  })

  return [
    {
      ...{ method: 'GET', path: SECURITY_TEXT_PATH },
      handle: async ({ response }) => {
        const settings = await kept()
        if (!isSetUp(settings.settings)) throw notSetUp()
        const { publicUrl } = settings.settings
        const text = securityText(settings, {
          base: publicUrl === '' ? base() : publicUrl,
          hasThanks: (await database.disclosure.thanks(1)).length > 0,
          csafUrl: await csafUrlOf(database, publicUrl === '' ? base() : publicUrl),
        })
        sendText(response, (await signer?.sign(text, now())) ?? text)
      },
    },
    {
      ...{ method: 'GET', path: KEY_PATH },
      handle: async (exchange) => {
        const { publicKey } = (await kept()).settings
        if (publicKey === '') return nothing.handle(exchange)
        sendText(exchange.response, publicKey)
      },
    },
    {
      ...{ method: 'GET', path: STYLE_PATH },
      handle: async ({ response }) => {
        response.writeHead(200, {
          ...{ 'Content-Type': 'text/css; charset=utf-8', 'Content-Length': css.length },
          'Cache-Control': 'public, max-age=3600',
        })
        response.end(css)
      },
    },
    {
      ...{ method: 'GET', path: POLICY_PATH.slice(0, -1) },
      handle: async ({ response }) => {
        response.writeHead(308, { Location: POLICY_PATH, 'Content-Length': 0 }).end()
      },
    },
    page('GET', POLICY_PATH, async ({ say, settings }) => ({
      markup: policyPage(say, settings, { canSubscribe }),
    })),
    page('GET', THANKS_PATH, async ({ say, settings }) => ({
      markup: thanksPage(say, settings, await database.disclosure.thanks(THANKS_MAX_COUNT)),
    })),
    page('GET', FORM_PATH, async ({ say, settings }) => ({
      markup: reportPage(say, settings, { canMail }),
    })),
    page(
      'POST',
      FORM_PATH,
      (asked) =>
        form(asked, reportForm, async ({ mail, ...written }) => {
          const { say, settings, address } = asked
          const mailLanguage = canMail && mail !== undefined ? say.language : undefined
          const taken = await intake.take(address, settings, { ...written, mailLanguage })
          const { acknowledgeBy } = dueTimes(now(), settings)
          return { markup: sentPage(say, settings, { taken, acknowledgeBy }) }
        }),
      ({ say, settings }, sent, problem) =>
        reportPage(say, settings, { ...sent, problem, canMail }),
    ),
    page('GET', FOLLOW_PATH, async ({ say, settings }) => ({ markup: followPage(say, settings) })),
    page(
      'POST',
      FOLLOW_PATH,
      (asked) =>
        form(asked, followForm, async ({ code, text, mail }) => {
          const { say, settings, address } = asked
          const followed =
            mail !== undefined
              ? await intake.endMails(address, code)
              : text === undefined
                ? await intake.follow(address, code)
                : await intake.add(address, code, text)
          const isSent = text !== undefined && mail === undefined
          return { markup: followedPage(say, settings, followed, { code, isSent }) }
        }),
      ({ say, settings }, { refused }, problem) => followPage(say, settings, { refused, problem }),
    ),
    nothing,
  ]
}

const sentIn = new WeakMap<IncomingMessage, Sent>()
const NOTHING_SENT: Sent = { typed: {}, refused: new Set() }
const WRONG_CODE: Sent = { typed: {}, refused: new Set(['code']) }

function notSetUp(): HttpError {
  return new HttpError(
    404,
    'DISCLOSURE_NOT_SET_UP',
    'Nobody has said yet where reports of vulnerabilities go: fleetward disclosure contact',
  )
}
