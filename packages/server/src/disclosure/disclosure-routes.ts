import { type Request, Router } from 'express'
import { csafUrlOf } from '../advisories/csaf-url.ts'
import type { OpenPgpKeys } from '../advisories/openpgp-keys.ts'
import { permitOf } from '../http/door/permit.ts'
import { sendPage } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import { requireRevision, sendRevised } from '../http/revision.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import {
  inReport,
  messageSchema,
  moveSchema,
  reportChangeSchema,
  reportQuery,
  settingsChangeSchema,
} from './disclosure-api.ts'
import {
  DISCLOSURE_DEFAULTS,
  type DisclosureSettings,
  isSetUp,
  type KeptDisclosureSettings,
} from './disclosure-settings.ts'
import type { LastSaid } from './disclosure-store.ts'
import { nextStates, overdue, type Report } from './report.ts'
import { maySee, noSuchReport, ReportChanges, SHOWN_MAX_COUNT } from './report-changes.ts'
import { LIFETIME_SECONDS, SECURITY_TEXT_PATH, securityText } from './security-text.ts'

export interface DisclosureRoutesNeeds {
  readonly database: Database
  readonly clock: Clock
  /** Origin of the public pages where the settings name none. */
  readonly publicBase: string
  readonly openPgpKeys: OpenPgpKeys
}

export function disclosureRoutes(needs: DisclosureRoutesNeeds): Router {
  const { database, clock, publicBase, openPgpKeys } = needs
  const routes = Router()
  const now = () => secondsOf(clock)
  const changes = new ReportChanges(database, now)

  const find = async (request: Request): Promise<Report> => {
    const { id } = parseRequest(inReport, { id: request.params.id })
    const report = await database.disclosure.find(id)
    if (report === undefined || !maySee(request, report)) throw noSuchReport()
    return report
  }
  const findManaged = async (request: Request): Promise<Report> => {
    const report = await find(request)
    // Seen in one product, managed in another one.
    if (permitOf(request).mayIn(report.product ?? '*', 'disclosure.manage')) return report
    throw noSuchReport()
  }
  const lastSaid = (reports: readonly Report[]) =>
    database.disclosure.lastSaid(reports.map(({ id }) => id))
  /** The other one may be under embargo: its id is for who manages both. */
  const managed = (request: Request, report: Report): Report =>
    permitOf(request).mayIn('*', 'disclosure.manage')
      ? report
      : { ...report, duplicateOf: undefined }
  const inFull = async (request: Request, seen: Report) => {
    const report = managed(request, seen)
    const entries = await database.disclosure.entries(report.id, SHOWN_MAX_COUNT)
    const { text, reporter, contact, creditName } = report
    return {
      ...{ ...summaryOf(report, now(), await lastSaid([report])), text, reporter, contact },
      ...{ creditName, isToldByMail: report.mailLanguage !== undefined },
      next: nextStates(report.state),
      entries: entries.map(({ at, kind, by, text: said }) => ({ at, kind, by, text: said })),
    }
  }
  const settingsView = async (kept: KeptDisclosureSettings) => {
    const base = kept.settings.publicUrl === '' ? publicBase : kept.settings.publicUrl
    const hasThanks = (await database.disclosure.thanks(1)).length > 0
    const isPublic = isSetUp(kept.settings)
    const facts = { base, hasThanks, csafUrl: await csafUrlOf(database, base) }
    return {
      ...{ ...kept.settings, isSetUp: isPublic, revision: kept.revision },
      ...{ expiresAt: isPublic ? kept.expiresAt : undefined },
      securityText: isPublic ? securityText(kept, facts) : undefined,
      securityTextUrl: `${base}${SECURITY_TEXT_PATH}`,
    }
  }

  routes.get('/disclosure/settings', async (_request, response) => {
    const kept = (await database.disclosure.settings()) ?? DISCLOSURE_DEFAULTS
    sendRevised(response, kept, await settingsView(kept))
  })

  routes.patch('/disclosure/settings', async (request, response) => {
    const change = parseRequest(settingsChangeSchema, request.body)
    const saved = await database.transaction(async (stores) => {
      const kept = (await stores.disclosure.settings()) ?? DISCLOSURE_DEFAULTS
      requireRevision(request, kept)
      const defined = Object.entries(change).filter(([, value]) => value !== undefined)
      const next: KeptDisclosureSettings = {
        settings: { ...kept.settings, ...Object.fromEntries(defined) },
        ...{ revision: kept.revision + 1, expiresAt: now() + LIFETIME_SECONDS },
      }
      requireOrder(change, next.settings)
      if (!(await stores.disclosure.saveSettings(kept.revision, next))) {
        throw new HttpError(409, 'CHANGED_MEANWHILE', 'The settings changed; look again')
      }
      await stores.audit.append({
        ...{ at: now(), actor: permitOf(request).actor, action: 'disclosure.settings-changed' },
        ...{ subject: 'disclosure/settings', outcome: 'done', requestId: requestIdOf(request) },
        ...{ before: audited(kept), after: audited(next) },
      })
      return next
    })
    // Afterwards: it has a transaction of its own, and what is missing the daily work makes up for.
    if (isSetUp(saved.settings)) {
      await openPgpKeys.ensure(database, saved.settings.organisation, now())
    }
    sendRevised(response, saved, await settingsView(saved))
  })

  routes.get('/disclosure/reports', async (request, response) => {
    const { after: before, limit, state } = parseRequest(reportQuery, request.query)
    const permit = permitOf(request)
    const items = await database.disclosure.list({
      all: permit.productsWith('disclosure.manage'),
      open: permit.productsWith('disclosure.read'),
      ...{ state, before, limit: limit + 1 },
    })
    const keyOf = ({ id }: Report) => id
    const said = await lastSaid(items)
    const viewOf = (report: Report) => summaryOf(managed(request, report), now(), said)
    sendPage(request, response, { items, limit, keyOf, viewOf })
  })

  routes.get('/disclosure/reports/:id', async (request, response) => {
    const report = await find(request)
    sendRevised(response, report, await inFull(request, report))
  })

  routes.patch('/disclosure/reports/:id', async (request, response) => {
    const change = parseRequest(reportChangeSchema, request.body)
    const report = await findManaged(request)
    requireRevision(request, report)
    const changed = await changes.edit(request, report, change)
    sendRevised(response, changed, await inFull(request, changed))
  })

  routes.delete('/disclosure/reports/:id', async (request, response) => {
    const report = await findManaged(request)
    requireRevision(request, report)
    await changes.remove(request, report)
    response.status(204).end()
  })

  routes.post('/disclosure/reports/:id/state', async (request, response) => {
    const wanted = parseRequest(moveSchema, request.body)
    const moved = await changes.move(request, await findManaged(request), wanted)
    sendRevised(response, moved, await inFull(request, moved))
  })

  routes.post('/disclosure/reports/:id/messages', async (request, response) => {
    const message = parseRequest(messageSchema, request.body)
    const report = await changes.say(request, await findManaged(request), message)
    sendRevised(response, report, await inFull(request, report))
  })

  return routes
}

/** Nobody assesses what he has not acknowledged. What was kept before this rule may stay. */
function requireOrder(
  change: {
    readonly acknowledgeHours?: number | undefined
    readonly assessHours?: number | undefined
  },
  { acknowledgeHours, assessHours }: DisclosureSettings,
): void {
  const isAsked = change.acknowledgeHours !== undefined || change.assessHours !== undefined
  if (!isAsked || assessHours >= acknowledgeHours) return
  throw new HttpError(
    400,
    'REQUEST_INVALID',
    `assessHours: ${assessHours} hours must not be less than the ${acknowledgeHours} of acknowledgeHours`,
  )
}

/** Without its number: gaps would tell how many there are that one may not see. */
function summaryOf(report: Report, now: number, said: ReadonlyMap<string, LastSaid>) {
  const { id, receivedAt, state, stateAt, title, affected, version, product } = report
  const { assignee, duplicateOf, isEmbargoed, acknowledgeBy, assessBy, revision } = report
  const last = said.get(id)
  return {
    ...{ id, receivedAt, state, stateAt, title, affected, version, product },
    ...{ assignee, duplicateOf, isEmbargoed, acknowledgeBy, assessBy, revision },
    overdue: overdue(report, now),
    reporterWroteAt: last?.isReporters === true ? last.at : undefined,
  }
}

/** The key is long, and whether it changed is what matters. */
function audited({ settings: { publicKey, ...rest } }: KeptDisclosureSettings) {
  return { ...rest, publicKeyCharacters: publicKey.length }
}
