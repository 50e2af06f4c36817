/**
 * Sends what waits, on the server that leads. An attempt is written down before it is made: two servers that both
 * believe they lead do not make it both, and a crash in between makes it again, with the same Message-ID.
 */
import type { Logger } from 'pino'
import { TokenBuckets } from '../admission/token-bucket.ts'
import type { Instances } from '../instances/instances.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import type { Mail } from './mail.ts'
import { CONFIRM_MARK, type MailLinks, UNSUBSCRIBE_MARK } from './mail-links.ts'
import { delayOf, isGivenUp } from './mail-plan.ts'
import type { MailSender, OutgoingMail, SendResult } from './mail-sender.ts'
import type { MailSettings } from './mail-settings.ts'

const AT_ONCE = 4
const LOOKED_AT_ONCE = 100
const DAY_SECONDS = 86_400
const AWAY_SECONDS = 60
/** Of one who cannot be reached, so often in a row: the address is deleted. */
const BOUNCES_MAX_COUNT = 3

export interface MailWorkerNeeds {
  readonly database: Database
  /** Undefined: the settings name no mail server. */
  readonly mail: MailSettings | undefined
  readonly sender: MailSender | undefined
  readonly links: MailLinks
  /** Origin under which the public comes here. */
  readonly publicUrl: () => Promise<string>
  readonly instances: Pick<Instances, 'leads'>
  readonly clock: Clock
  readonly chance: () => number
  readonly log: Logger
}

export class MailWorker {
  readonly #needs: MailWorkerNeeds
  readonly #pace: TokenBuckets
  #awayUntil = 0
  #isAway = false
  #isOver = false

  constructor(needs: MailWorkerNeeds) {
    this.#needs = needs
    const perMinute = needs.mail?.perMinute ?? 1
    this.#pace = new TokenBuckets(
      { burst: perMinute, perSecond: perMinute / 60 },
      { maxKeys: 1, nowMs: () => needs.clock.now().getTime() },
    )
  }

  stop(): void {
    this.#isOver = true
    this.#needs.sender?.close()
  }

  /** Sends what is due as fast as it may; what is left waits for the next look. */
  async look(): Promise<void> {
    const { database, instances } = this.#needs
    if (!instances.leads()) return
    const now = this.#now()
    const due = await database.mails.due(now, LOOKED_AT_ONCE)
    const waiting = due.values()
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const mail of waiting) {
          if (this.#isOver) return
          await this.#work(mail)
        }
      }),
    )
  }

  async #work(mail: Mail): Promise<void> {
    const { database, mail: settings, sender, chance } = this.#needs
    const now = this.#now()
    if (isGivenUp(mail.addedAt, now)) return this.#giveUp(mail, mail.error ?? 'never tried')
    if (sender === undefined || settings === undefined || now < this.#awayUntil) return
    const since = now - DAY_SECONDS
    const isTooMany = async () =>
      (await database.mails.countSentTo(mail.to, since)) >= settings.perRecipientAndDay
    if (!mail.isUrgent && (await isTooMany())) {
      return database.mails.putOff(mail.id, now + DAY_SECONDS / 4)
    }
    if (!this.#pace.take('all')) return
    if (!(await database.mails.claim(mail, now + delayOf(mail.attempts + 1, chance())))) return
    const outgoing = await this.#outgoing(mail)
    if (outgoing === undefined) return this.#giveUp(mail, 'the subscription has ended')
    await this.#keep(mail, await sender.send(outgoing))
  }

  async #keep(mail: Mail, result: SendResult): Promise<void> {
    const { database, log } = this.#needs
    const now = this.#now()
    if (result.as === 'sent') {
      this.#isAway = false
      await database.transaction(async (stores) => {
        await stores.mails.end(mail.id, 'sent', now, undefined)
        if (mail.subscription !== undefined) {
          await stores.subscriptions.setBounces(mail.subscription, 0)
        }
      })
      return
    }
    await database.mails.failed(mail.id, result.error)
    if (result.as === 'refused') return this.#giveUp(mail, result.error)
    if (result.as === 'deferred') return
    this.#awayUntil = now + AWAY_SECONDS
    if (!this.#isAway) log.warn({ event: 'mail-server-away', error: result.error })
    this.#isAway = true
  }

  async #giveUp(mail: Mail, error: string): Promise<void> {
    const { database, log } = this.#needs
    const { id, about, subscription } = mail
    const now = this.#now()
    await database.transaction(async ({ mails, events, subscriptions }) => {
      if (!(await mails.end(id, 'given-up', now, error))) return
      log.warn({ event: 'mail-given-up', mail: id, about })
      if (subscription === undefined) {
        await events.add({ at: now, type: 'mail.given-up', data: { mail: id, about } })
        return
      }
      // Not an event each: there may be as many as subscribers.
      const bounces = (await subscriptions.find(subscription))?.bounces ?? 0
      if (bounces + 1 < BOUNCES_MAX_COUNT) await subscriptions.setBounces(subscription, bounces + 1)
      else await subscriptions.remove(subscription)
    })
  }

  /** With the links of its subscriber; undefined when he has unsubscribed meanwhile. */
  async #outgoing(mail: Mail): Promise<OutgoingMail | undefined> {
    const { database, links, publicUrl } = this.#needs
    if (mail.subscription === undefined) return { ...mail, headers: {} }
    const subscription = await database.subscriptions.find(mail.subscription)
    if (subscription === undefined) return undefined
    const { id, language, askedAt, confirmedAt } = subscription
    const base = await publicUrl()
    const link = (path: string, token: string) => `${base}${path}?token=${token}&lang=${language}`
    const unsubscribe = link('/unsubscribe', await links.tokenFor(id, { as: 'unsubscribe' }))
    const confirm = link('/subscribe/confirm', await links.tokenFor(id, { as: 'confirm', askedAt }))
    return {
      ...mail,
      text: mail.text
        .replaceAll(UNSUBSCRIBE_MARK, () => unsubscribe)
        .replaceAll(CONFIRM_MARK, () => confirm),
      headers:
        confirmedAt === undefined
          ? {}
          : {
              'List-Unsubscribe': `<${unsubscribe}>`,
              // RFC 8058 §3.1.
              'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
            },
    }
  }

  #now(): number {
    return secondsOf(this.#needs.clock)
  }
}
