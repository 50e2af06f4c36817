/**
 * What people of the house do to reports, with its entry in the audit log and its event. Neither holds a word of a
 * report: auditors and receivers of webhooks are not meant to know what is under embargo.
 */
import type { IncomingMessage } from 'node:http'
import type { Json } from '@fleetward/shared'
import type { z } from 'zod'
import { notPermitted, permitOf } from '../http/door/permit.ts'
import { HttpError } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import type { Database, Stores } from '../stores.ts'
import type { messageSchema, moveSchema, reportChangeSchema } from './disclosure-api.ts'
import { DISCLOSURE_DEFAULTS } from './disclosure-settings.ts'
import { plainLine, plainText } from './plain-text.ts'
import { dueTimes, type EntryKind, isOver, nextStates, type Report } from './report.ts'

/** Of one report, by both sides. */
export const ENTRIES_MAX_COUNT = 500
/** With its moves, which a full report still makes. */
export const SHOWN_MAX_COUNT = 2 * ENTRIES_MAX_COUNT
/** So that he cannot fill what the house needs to answer him. */
export const REPORTER_MESSAGES_MAX_COUNT = 200

export class ReportChanges {
  readonly #database: Database
  readonly #now: () => number

  constructor(database: Database, now: () => number) {
    this.#database = database
    this.#now = now
  }

  async edit(
    request: IncomingMessage,
    seen: Report,
    change: z.output<typeof reportChangeSchema>,
  ): Promise<Report> {
    const { isEmbargoed = seen.isEmbargoed } = change
    const product = change.product === '' ? undefined : (change.product ?? seen.product)
    if (product !== seen.product && !permitOf(request).mayIn(product ?? '*', 'disclosure.manage')) {
      throw product === undefined ? notPermitted('disclosure.manage', '*') : noSuchProduct()
    }
    const assignee = change.assignee === '' ? undefined : (change.assignee ?? seen.assignee)
    const creditName = plainLine(change.creditName ?? seen.creditName)
    return this.#database.transaction(async (stores) => {
      if (product !== undefined && (await stores.products.find(product)) === undefined) {
        throw noSuchProduct()
      }
      if (assignee !== undefined && (await stores.accounts.find(assignee)) === undefined) {
        throw new HttpError(404, 'NO_SUCH_ACCOUNT', 'There is no such account')
      }
      const next = { ...seen, product, assignee, isEmbargoed, creditName }
      const changed = await this.#replace(stores, seen, next)
      await this.#append(stores, request, changed, 'disclosure.changed', {
        before: facts(seen),
        after: { ...facts(changed), creditChanged: creditName !== seen.creditName },
      })
      return changed
    })
  }

  async move(
    request: IncomingMessage,
    seen: Report,
    { state, duplicateOf, answer }: z.output<typeof moveSchema>,
  ): Promise<Report> {
    if (!nextStates(seen.state).includes(state)) throw notFrom(seen)
    if ((state === 'duplicate') !== (duplicateOf !== undefined) || duplicateOf === seen.id) {
      throw new HttpError(
        400,
        'REQUEST_INVALID',
        'duplicateOf: name the other report, of a duplicate',
      )
    }
    const now = this.#now()
    const isReopened = state === 'acknowledged' && seen.state !== 'received'
    return this.#database.transaction(async (stores) => {
      const other =
        duplicateOf === undefined ? undefined : await stores.disclosure.find(duplicateOf)
      if (duplicateOf !== undefined && (other === undefined || !maySee(request, other))) {
        throw noSuchReport()
      }
      const moved = await this.#replace(stores, seen, {
        ...{ ...seen, state, stateAt: now, duplicateOf },
        // What everybody can read is no secret any more.
        isEmbargoed: state === 'published' ? false : seen.isEmbargoed,
        // Opened again, it is assessed again.
        ...(isReopened ? { assessBy: await assessedBy(stores, now), told: undefined } : {}),
      })
      await this.#say(stores, request, moved, 'state', state)
      if (answer !== undefined) await this.#say(stores, request, moved, 'answer', plainText(answer))
      await this.#append(stores, request, moved, 'disclosure.moved', {
        before: { state: seen.state },
        after: { state },
      })
      const data = { report: moved.id, state }
      const { product } = moved
      await stores.events.add({ at: now, type: 'disclosure.moved', product, data })
      return moved
    })
  }

  async say(
    request: IncomingMessage,
    seen: Report,
    { kind, text }: z.output<typeof messageSchema>,
  ): Promise<Report> {
    const cleaned = plainText(text)
    if (cleaned === '') throw new HttpError(400, 'REQUEST_INVALID', 'text: says nothing')
    await this.#database.transaction(async (stores) => {
      // It may have been removed meanwhile.
      if ((await stores.disclosure.find(seen.id)) === undefined) throw noSuchReport()
      await this.#say(stores, request, seen, kind, cleaned)
      const after = { kind, characters: cleaned.length }
      await this.#append(stores, request, seen, 'disclosure.answered', { after })
    })
    return seen
  }

  async remove(request: IncomingMessage, seen: Report): Promise<void> {
    if (!isOver(seen.state)) throw notFrom(seen)
    await this.#database.transaction(async (stores) => {
      const found = await stores.disclosure.find(seen.id)
      if (found?.revision !== seen.revision) throw changedMeanwhile()
      await stores.disclosure.remove(seen.id)
      const before = { state: seen.state }
      await this.#append(stores, request, seen, 'disclosure.removed', { before })
    })
  }

  async #replace({ disclosure }: Stores, seen: Report, next: Report): Promise<Report> {
    const replaced = { ...next, revision: seen.revision + 1 }
    if (await disclosure.replace(seen.revision, replaced)) return replaced
    throw changedMeanwhile()
  }

  async #say(
    { disclosure }: Stores,
    request: IncomingMessage,
    { id }: Report,
    kind: EntryKind,
    text: string,
  ): Promise<void> {
    // A report that is full must still be moved, closed and removed.
    const isFull = kind !== 'state' && (await disclosure.countEntries(id)) >= ENTRIES_MAX_COUNT
    if (isFull) throw tooMuchSaid()
    const by = permitOf(request).actor.id
    await disclosure.addEntry({ report: id, at: this.#now(), kind, by, text })
  }

  async #append(
    { audit }: Pick<Stores, 'audit'>,
    request: IncomingMessage,
    { id, product, isEmbargoed }: Report,
    action: string,
    change: { readonly before?: Json; readonly after?: Json },
  ): Promise<void> {
    // Auditors read it, and are not to learn of which product there is a report, nor how bad it looks.
    const shown = isEmbargoed ? {} : { product, ...change }
    await audit.append({
      ...{ at: this.#now(), actor: permitOf(request).actor, action, ...shown },
      ...{ subject: `disclosure/${id}`, outcome: 'done', requestId: requestIdOf(request) },
    })
  }
}

/** Everything for who manages them there, and what is under no embargo for who may read. */
export function maySee(request: IncomingMessage, { product, isEmbargoed }: Report): boolean {
  const permit = permitOf(request)
  const where = product ?? '*'
  if (permit.mayIn(where, 'disclosure.manage')) return true
  return !isEmbargoed && permit.mayIn(where, 'disclosure.read')
}

export function noSuchReport(): HttpError {
  return new HttpError(404, 'NO_SUCH_REPORT', 'There is no such report')
}

export function tooMuchSaid(): HttpError {
  return new HttpError(409, 'REPORT_FULL', 'There is too much in this report already')
}

/** By what is promised now: whatever was left of an older promise is none. */
async function assessedBy({ disclosure }: Stores, now: number): Promise<number> {
  const { settings } = (await disclosure.settings()) ?? DISCLOSURE_DEFAULTS
  return dueTimes(now, settings).assessBy
}

function notFrom({ state }: Report): HttpError {
  return new HttpError(409, 'REPORT_STATE_REFUSED', 'The report cannot do that from where it is', {
    facts: { state, next: nextStates(state).join(' ') },
  })
}

function changedMeanwhile(): HttpError {
  return new HttpError(409, 'CHANGED_MEANWHILE', 'The report changed; look again')
}

function noSuchProduct(): HttpError {
  return new HttpError(404, 'NO_SUCH_PRODUCT', 'There is no such product')
}

function facts({ product, assignee, isEmbargoed }: Report): { [name: string]: string | boolean } {
  return { product: product ?? '', assignee: assignee ?? '', isEmbargoed }
}
