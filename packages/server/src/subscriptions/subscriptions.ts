/** What people outside do with subscriptions: ask, confirm, end. Nothing they are answered says what is known here. */
import { strangerActor } from '../accounts/actor.ts'
import { HttpError } from '../http/problem.ts'
import { publicNameOf } from '../law/information/public-name.ts'
import { type MailLinks, subscriptionOf } from '../mail/mail-links.ts'
import type { Language } from '../pages/language.ts'
import type { Database, Stores } from '../stores.ts'
import { full } from './ask-pace.ts'
import { confirmMail } from './news-mail.ts'
import {
  ASKED_PER_ADDRESS_AND_DAY,
  ASKED_PER_DAY_MAX_COUNT,
  CONFIRM_SECONDS,
  newSubscriptionId,
  OF_ADDRESS_MAX_COUNT,
  SUBSCRIPTIONS_MAX_COUNT,
  type Subscription,
  UNCONFIRMED_MAX_COUNT,
} from './subscription.ts'

const DAY_SECONDS = 86_400
const CONFIRM_ABOUT = 'confirm '

export interface Asked {
  readonly address: string
  readonly product: string
  /** '' for the product as a whole. */
  readonly device: string
  readonly language: Language
}

export interface Meant {
  readonly subscription: Subscription
  /** The product as people call it. */
  readonly name: string
}

export class Subscriptions {
  readonly #database: Database
  readonly #links: MailLinks
  readonly #now: () => number

  constructor(database: Database, links: MailLinks, now: () => number) {
    this.#database = database
    this.#links = links
    this.#now = now
  }

  /** Mails that ask for a confirmation, of all within a day. */
  askedToday(): Promise<number> {
    return this.#database.mails.countAbout(CONFIRM_ABOUT, this.#now() - DAY_SECONDS)
  }

  /**
   * A mail with a link goes to the address, whatever is known of it and of the device. What would tell its sender
   * something, a product that there is not or an address that was asked for too often, makes none and looks the same.
   */
  async ask(asked: Asked): Promise<void> {
    const now = this.#now()
    await this.#database.transaction(async (stores) => {
      const { products, mails, subscriptions } = stores
      const since = now - DAY_SECONDS
      const { all, unconfirmed } = await subscriptions.count()
      const isFull = all >= SUBSCRIPTIONS_MAX_COUNT || unconfirmed >= UNCONFIRMED_MAX_COUNT
      const today = await mails.countAbout(CONFIRM_ABOUT, since)
      if (isFull || today >= ASKED_PER_DAY_MAX_COUNT) throw full()
      if ((await products.find(asked.product)) === undefined) return
      const sent = await mails.countAbout(CONFIRM_ABOUT, since, asked.address)
      const own = await subscriptions.countOf(asked.address)
      if (sent >= ASKED_PER_ADDRESS_AND_DAY || own >= OF_ADDRESS_MAX_COUNT) return
      const { id, language, device } = await subscriptions.ask({
        ...{ ...asked, id: newSubscriptionId(), askedAt: now },
      })
      const name = (await publicNameOf(stores, asked.product)) ?? asked.product
      await mails.add({
        ...confirmMail(language, { name, device }),
        ...{ to: asked.address, about: `${CONFIRM_ABOUT}${id} ${now}`, at: now },
        ...{ subscription: id, isUrgent: true },
      })
    })
  }

  /** What a link to confirm means; throws when it is over, or none of ours. */
  async toConfirm(token: string): Promise<Meant> {
    const subscription = await this.#find(token)
    if (subscription === undefined) throw linkOver()
    const { askedAt } = subscription
    const fits = await this.#links.fits(token, { as: 'confirm', askedAt })
    if (!fits || this.#now() - askedAt > CONFIRM_SECONDS) throw linkOver()
    return this.#meant(subscription)
  }

  async confirm(token: string): Promise<Meant> {
    const meant = await this.toConfirm(token)
    const { id, product } = meant.subscription
    await this.#database.transaction(async (stores) => {
      if (!(await stores.subscriptions.confirm(id, this.#now()))) return
      await this.#audit(stores, 'subscription.confirmed', product, id)
    })
    return meant
  }

  /** Undefined: there is none any more. Throws when the link is none of ours. */
  async toEnd(token: string): Promise<Meant | undefined> {
    if (!(await this.#links.fits(token, { as: 'unsubscribe' }))) throw linkWrong()
    const subscription = await this.#find(token)
    return subscription && this.#meant(subscription)
  }

  /** All that the address has on this product; its address is deleted with it. */
  async end(token: string): Promise<void> {
    const meant = await this.toEnd(token)
    if (meant === undefined) return
    const { address, product } = meant.subscription
    await this.#database.transaction(async (stores) => {
      for (const id of await stores.subscriptions.removeOf(address, product)) {
        await this.#audit(stores, 'subscription.ended', product, id)
      }
    })
  }

  async #find(token: string): Promise<Subscription | undefined> {
    const id = subscriptionOf(token)
    return id === undefined ? undefined : this.#database.subscriptions.find(id)
  }

  async #meant(subscription: Subscription): Promise<Meant> {
    const { product } = subscription
    const name = (await publicNameOf(this.#database, product)) ?? product
    return { subscription, name }
  }

  /** Without the address. */
  async #audit({ audit }: Stores, action: string, product: string, id: string): Promise<void> {
    await audit.append({
      ...{ at: this.#now(), actor: strangerActor(undefined), action, product },
      ...{ subject: `subscription/${id}`, outcome: 'done' },
    })
  }
}

function linkOver(): HttpError {
  return new HttpError(410, 'LINK_OVER', 'This link is over, or a newer one was sent; ask again')
}

function linkWrong(): HttpError {
  return new HttpError(404, 'LINK_WRONG', 'This is no link of ours; copy the whole of it')
}
