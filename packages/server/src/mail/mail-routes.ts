import { randomBytes } from 'node:crypto'
import { type Request, Router } from 'express'
import { requireOwnAccount } from '../accounts/own-account.ts'
import { permitOf } from '../http/door/permit.ts'
import { sendPage } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import { mailAddress } from './address.ts'
import type { Mail } from './mail.ts'
import { mailQuery, testMailSchema, topicsOffSchema } from './mail-api.ts'
import type { MailSender } from './mail-sender.ts'
import type { MailSettings } from './mail-settings.ts'
import { SWITCHABLE_TOPICS, TOPICS } from './topics.ts'

export interface MailRoutesNeeds {
  readonly database: Database
  readonly clock: Clock
  readonly settings: MailSettings | undefined
  readonly sender: MailSender | undefined
}

export function mailRoutes({ database, clock, settings, sender }: MailRoutesNeeds): Router {
  const routes = Router()
  const now = () => secondsOf(clock)

  routes.get('/mails/status', async (_request, response) => {
    const { all, unconfirmed } = await database.subscriptions.count()
    response.json({
      ...{ isSetUp: settings !== undefined, from: settings?.from },
      waiting: await database.mails.count('waiting'),
      givenUp: await database.mails.count('given-up'),
      ...{ subscriptions: all - unconfirmed, unconfirmed },
    })
  })

  routes.get('/mails', async (request, response) => {
    const { after: before, limit, state } = parseRequest(mailQuery, request.query)
    const items = await database.mails.list({ state, before, limit: limit + 1 })
    sendPage(request, response, { items, limit, keyOf: ({ id }: Mail) => id, viewOf })
  })

  routes.post('/mails/test', async (request, response) => {
    const { to } = parseRequest(testMailSchema, request.body)
    if (sender === undefined) {
      throw new HttpError(
        409,
        'MAIL_NOT_SET_UP',
        'The settings file names no mail server: put `mail` into it and start the server again',
      )
    }
    const { actor } = permitOf(request)
    // Nobody's address: whom it went to is between the two.
    await database.audit.append({
      ...{ at: now(), actor, action: 'mail.tested', subject: 'mail', outcome: 'done' },
      requestId: requestIdOf(request),
    })
    const result = await sender.send({
      ...{ id: randomBytes(16).toString('hex'), to, addedAt: now(), headers: {} },
      subject: 'Fleetward can send mail',
      text: 'Somebody who runs Fleetward tried whether mail arrives here. It does; there is nothing to do.',
    })
    response.json({
      isSent: result.as === 'sent',
      ...(result.as === 'sent' ? {} : { error: result.error }),
    })
  })

  const topicsOf = async (request: Request) => {
    const id = requireOwnAccount(permitOf(request))
    const account = await database.accounts.find(id)
    const off = await database.mails.topicsOff(id)
    const isSwitchable = (topic: string) => SWITCHABLE_TOPICS.some((each) => each === topic)
    return {
      address: mailAddress(account?.login ?? ''),
      topics: TOPICS.map((topic) => ({
        ...{ topic, isOn: !off.includes(topic), isSwitchable: isSwitchable(topic) },
      })),
    }
  }

  routes.get('/me/mail-topics', async (request, response) => {
    response.json(await topicsOf(request))
  })

  routes.post('/me/mail-topics', async (request, response) => {
    const { off } = parseRequest(topicsOffSchema, request.body)
    const account = requireOwnAccount(permitOf(request))
    await database.transaction(async (stores) => {
      const before = await stores.mails.topicsOff(account)
      await stores.mails.setTopicsOff(account, off)
      await stores.audit.append({
        ...{ at: now(), actor: permitOf(request).actor, action: 'mail.topics-set' },
        ...{ subject: `account/${account}`, outcome: 'done', requestId: requestIdOf(request) },
        ...{ before: { off: [...before] }, after: { off: [...off] } },
      })
    })
    response.json(await topicsOf(request))
  })

  return routes
}

function viewOf(mail: Mail) {
  const { id, about, to, subject, state, isUrgent, addedAt, attempts, nextAt, endedAt, error } =
    mail
  return {
    ...{ id, about, to, subject, state, isUrgent, addedAt, attempts, endedAt, error },
    ...(state === 'waiting' ? { nextAt } : {}),
  }
}
