/**
 * What people do to advisories before the public sees them, with its entry in the audit log. None holds a word of what
 * is written, and of what is about a report under embargo none says more than that something was done: auditors are not
 * meant to know what is under embargo.
 */
import type { IncomingMessage } from 'node:http'
import { isJsonObject, type Json } from '@fleetward/shared'
import type { AdvisoryContent } from '@fleetward/vulnerability'
import type { z } from 'zod'
import type { Report } from '../disclosure/report.ts'
import { maySee, noSuchReport } from '../disclosure/report-changes.ts'
import { permitOf } from '../http/door/permit.ts'
import { HttpError } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import type { Database, Stores } from '../stores.ts'
import { type Advisory, trackingId, trackingPrefix, yearOf } from './advisory.ts'
import {
  type advisoryChangeSchema,
  HOLD_MAX_SECONDS,
  type holdSchema,
  type newAdvisorySchema,
} from './advisory-api.ts'
import { draftFrom } from './draft-advisory.ts'
import { changedMeanwhile } from './publish-advisory.ts'
import { siteOf } from './publisher.ts'

export interface AdvisoryChangesNeeds {
  readonly database: Database
  readonly publicBase: string
  readonly now: () => number
}

export class AdvisoryChanges {
  readonly #needs: AdvisoryChangesNeeds

  constructor(needs: AdvisoryChangesNeeds) {
    this.#needs = needs
  }

  async draft(
    request: IncomingMessage,
    wanted: z.output<typeof newAdvisorySchema>,
  ): Promise<Advisory> {
    const { database, publicBase, now } = this.#needs
    const { product, actor } = permitOf(request)
    const { finding: findingId, reports, ...written } = wanted
    const { publisher } = await siteOf(database, publicBase)
    const at = now()
    return database.transaction(async (stores) => {
      const finding =
        findingId === undefined ? undefined : await stores.findings.find(product, findingId)
      if (findingId !== undefined && finding === undefined) {
        throw new HttpError(404, 'NO_SUCH_FINDING', 'The product has no such finding')
      }
      const from = { finding, reports: await seenReports(stores, request, reports) }
      const content = overwritten(await draftFrom(stores, from, at), written)
      const year = yearOf(at)
      const serial = (await stores.advisories.lastSerial(year)) + 1
      const prefix = trackingPrefix(publisher.name) || 'ADVISORY'
      const advisory: Omit<Advisory, 'number'> = {
        ...{ id: trackingId(prefix, year, serial), year, serial, product, content, reports },
        ...{ state: 'draft', stateAt: at, finding: findingId, hold: undefined, version: 0 },
        ...{ publishedAt: undefined, createdAt: at, createdBy: actor.id },
        ...{ changedAt: at, changedBy: actor.id, revision: 1 },
      }
      if (!(await stores.advisories.add(advisory))) throw changedMeanwhile()
      const after = { ...(findingId !== undefined && { finding: findingId }) }
      const isHidden = await stores.advisories.isEmbargoed(advisory.id)
      await this.#append(stores, request, advisory.id, 'advisory.drafted', { after, isHidden })
      return (await stores.advisories.find(product, advisory.id)) ?? { ...advisory, number: 0 }
    })
  }

  async edit(
    request: IncomingMessage,
    seen: Advisory,
    { reports: linked, ...written }: z.output<typeof advisoryChangeSchema>,
  ): Promise<Advisory> {
    const reports: readonly string[] = linked ?? seen.reports
    if (seen.state === 'withdrawn') throw refused(seen)
    const content = overwritten(seen.content, written)
    return this.#needs.database.transaction(async (stores) => {
      const added = reports.filter((id) => !seen.reports.includes(id))
      await seenReports(stores, request, added)
      const fields = Object.keys(written).toSorted().join(' ')
      // What waits to be published by itself is what somebody proved himself for, and nothing else.
      const back = seen.state === 'scheduled' ? { state: 'draft' as const } : {}
      const change = { content, reports, ...back }
      return this.#replace(stores, request, seen, change, 'advisory.changed', {
        ...{ fields, reports: reports.length },
      })
    })
  }

  async hold(
    request: IncomingMessage,
    seen: Advisory,
    { reason, until }: z.output<typeof holdSchema>,
  ): Promise<Advisory> {
    const now = this.#needs.now()
    if (seen.version > 0) throw refused(seen)
    if (until <= now || until > now + HOLD_MAX_SECONDS) {
      throw new HttpError(
        422,
        'ADVISORY_HOLD_END_INVALID',
        'The end has to lie ahead, and not more than a year',
        { facts: { until } },
      )
    }
    const hold = { reason, until, by: permitOf(request).actor.id }
    return this.#needs.database.transaction((stores) =>
      this.#replace(
        ...([stores, request, seen, { state: 'held', hold }, 'advisory.held'] as const),
        { until },
      ),
    )
  }

  async schedule(request: IncomingMessage, seen: Advisory): Promise<Advisory> {
    if (seen.version > 0) throw refused(seen)
    return this.#needs.database.transaction((stores) =>
      this.#replace(
        ...([stores, request, seen, { state: 'scheduled', hold: undefined }] as const),
        ...(['advisory.scheduled', {}] as const),
      ),
    )
  }

  async remove(request: IncomingMessage, seen: Advisory): Promise<void> {
    if (seen.version > 0) throw refused(seen)
    await this.#needs.database.transaction(async (stores) => {
      const now = await stores.advisories.find(seen.product, seen.id)
      if (now?.revision !== seen.revision) throw changedMeanwhile()
      const isHidden = await stores.advisories.isEmbargoed(seen.id)
      await stores.advisories.remove(seen.id)
      await this.#append(stores, request, seen.id, 'advisory.dropped', { after: {}, isHidden })
    })
  }

  async #replace(
    stores: Stores,
    request: IncomingMessage,
    seen: Advisory,
    change: Partial<Advisory>,
    action: string,
    after: Json,
  ): Promise<Advisory> {
    const at = this.#needs.now()
    const isMoved = change.state !== undefined && change.state !== seen.state
    const next: Advisory = {
      ...{ ...seen, ...change, stateAt: isMoved ? at : seen.stateAt },
      ...{ revision: seen.revision + 1, changedAt: at, changedBy: permitOf(request).actor.id },
    }
    const { advisories } = stores
    const wasHidden = await advisories.isEmbargoed(seen.id)
    if (!(await advisories.replace(seen.revision, next))) throw changedMeanwhile()
    // Also where this took the report away, or brought it.
    const isHidden = wasHidden || (await advisories.isEmbargoed(seen.id))
    await this.#append(stores, request, seen.id, action, { after, isHidden })
    return next
  }

  async #append(
    { audit }: Pick<Stores, 'audit'>,
    request: IncomingMessage,
    id: string,
    action: string,
    { after, isHidden }: { readonly after: Json; readonly isHidden: boolean },
  ): Promise<void> {
    const { product, actor } = permitOf(request)
    const said = isJsonObject(after) && Object.keys(after).length > 0 && { after }
    await audit.append({
      ...{ at: this.#needs.now(), actor, action, subject: `advisory/${id}` },
      ...{ outcome: 'done', requestId: requestIdOf(request) },
      ...(isHidden ? {} : { product, ...said }),
    })
  }
}

/** What was given goes over what is there. */
function overwritten(content: AdvisoryContent, written: object): AdvisoryContent {
  const given = Object.entries(written).filter(([, value]) => value !== undefined)
  return { ...content, ...Object.fromEntries(given) }
}

/** Nobody links, and so nobody gets the title of, a report that he may not see. */
async function seenReports(
  { disclosure }: Pick<Stores, 'disclosure'>,
  request: IncomingMessage,
  ids: readonly string[],
): Promise<readonly Report[]> {
  const found: Report[] = []
  for (const id of ids) {
    const report = await disclosure.find(id)
    if (report === undefined || !maySee(request, report)) throw noSuchReport()
    found.push(report)
  }
  return found
}

export function refused({ state, version }: Advisory): HttpError {
  return new HttpError(
    409,
    'ADVISORY_STATE_REFUSED',
    'The advisory cannot do that from where it is',
    { facts: { state, version } },
  )
}
