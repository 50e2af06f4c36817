/** Many devices at once, imports, and devices that are expected. */
import { type Request, Router } from 'express'
import { newEnrolmentToken } from '../enrolment/enrolment-token.ts'
import { requireContentType } from '../http/content-type.ts'
import { permitOf } from '../http/door/permit.ts'
import { sendPage } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError, lingerOver, problemOf } from '../http/problem.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import { inDevice } from './device-api.ts'
import { changeOf, doing } from './device-routes.ts'
import { expectDevice } from './expect-device.ts'
import type { ExpectedDevice } from './expected-device-store.ts'
import { askedFilter } from './filter/asked-filter.ts'
import type { Doing, Fleet } from './fleet.ts'
import {
  BULK_MAX_COUNT,
  bulkSchema,
  expectedQuerySchema,
  importQuerySchema,
  newExpectedSchema,
} from './fleet-api.ts'
import { carryOut, planImport } from './import/carry-out.ts'
import { IMPORT_MAX_BYTES, MISTAKES_SHOWN } from './import/limits.ts'
import { readImport } from './import/read-import.ts'

/** Devices that are changed in one transaction. */
const CHUNK_COUNT = 200

export interface FleetRoutesNeeds {
  readonly stores: Database
  readonly fleet: Fleet
  readonly clock: Clock
}

export function fleetRoutes({ stores, fleet, clock }: FleetRoutesNeeds): Router {
  const { deviceSearch, savedFilters, expectedDevices } = stores
  const routes = Router({ mergeParams: true })
  const now = () => secondsOf(clock)

  routes.post('/device-changes', async (request, response) => {
    const { product } = permitOf(request)
    const { devices, after, dryRun, expect, change, quarantine, release, ...asked } = parseRequest(
      bulkSchema,
      request.body,
    )
    const filter = await askedFilter(savedFilters, product, asked)
    const query = { product, filter, now: now() }
    const matched = devices?.length ?? (await deviceSearch.count(query))
    if (expect !== undefined && expect !== matched && after === undefined) {
      throw new HttpError(
        409,
        'FILTER_MEANS_OTHERS',
        'The filter means another number of devices by now; look again',
        { facts: { expected: expect, matched } },
      )
    }
    if (dryRun) return void response.json({ matched, changed: 0 })
    const ids = devices ?? (await deviceSearch.page(query, { after, limit: BULK_MAX_COUNT }))
    const act = actOf({ change: change && changeOf(change), quarantine, release })
    let changed = 0
    for (let start = 0; start < ids.length; start += CHUNK_COUNT) {
      changed += await act(doing(request), product, ids.slice(start, start + CHUNK_COUNT))
    }
    const isMore = devices === undefined && ids.length === BULK_MAX_COUNT
    response.json({ matched, changed, ...(isMore ? { after: ids.at(-1) } : {}) })
  })

  type Wanted = {
    readonly change: ReturnType<typeof changeOf> | undefined
    readonly quarantine: { readonly reason: string } | undefined
    readonly release: true | undefined
  }
  type Act = (by: Doing, product: string, devices: readonly string[]) => Promise<number>

  function actOf({ change, quarantine }: Wanted): Act {
    if (change !== undefined) {
      return async (by, product, devices) =>
        (await fleet.changeMany(by, product, devices, change)).length
    }
    return async (by, product, devices) => {
      let count = 0
      for (const { id } of await stores.devices.some(product, devices)) {
        const isDone =
          quarantine === undefined
            ? await fleet.release(by, product, id)
            : await fleet.quarantine(by, product, id, quarantine.reason)
        count += isDone ? 1 : 0
      }
      return count
    }
  }

  routes.put(
    '/device-import',
    requireContentType('text/csv', 'application/x-ndjson'),
    async (request, response) => {
      const { product } = permitOf(request)
      const dryRun = parseRequest(importQuerySchema, request.query).dryRun === 'true'
      const isCsv = (request.get('content-type') ?? '').toLowerCase().startsWith('text/csv')
      const read = await readImport(bounded(request), isCsv ? 'csv' : 'jsonLines')
      const plan = await planImport(stores, { product, at: now() }, read.lines)
      const mistakes = [...read.mistakes, ...plan.mistakes].toSorted((a, b) => a.line - b.line)
      if (mistakes.length > 0) {
        const refusal = problemOf(
          new HttpError(
            422,
            'IMPORT_REFUSED',
            'Nothing was imported: mend these lines and send the file again',
            { facts: { mistakes: mistakes.length } },
          ),
        )
        lingerOver(request, response)
        response.status(refusal.status).type('application/problem+json')
        const shown = mistakes.slice(0, MISTAKES_SHOWN)
        return void response.send(JSON.stringify({ ...refusal, mistakes: shown }))
      }
      if (!dryRun) await carryOut({ stores, fleet }, doing(request), product, plan)
      const { changes, expected, expectedBefore, unchanged } = plan
      response.json({
        lines: read.lines.length,
        expected: expected.length - expectedBefore,
        changed: changes.length + expectedBefore,
        ...{ unchanged, dryRun },
      })
    },
  )

  routes.get('/expected-devices', async (request, response) => {
    const { product } = permitOf(request)
    const { after, limit } = parseRequest(expectedQuerySchema, request.query)
    const items = await expectedDevices.list(product, { after, limit: limit + 1 })
    sendPage(request, response, { items, limit, keyOf: ({ id }) => id, viewOf: expectedView })
  })

  routes.post('/expected-devices', async (request, response) => {
    const { product } = permitOf(request)
    const wanted = parseRequest(newExpectedSchema, request.body)
    const { id, cohort, again, test: isTest, pinned: isPinned = cohort !== undefined } = wanted
    if (wanted.token !== undefined) permitOf(request).demand('enrolment.create')
    const attributes = new Map(Object.entries(wanted.attributes))
    const at = now()
    const device = { id, product, cohort, isPinned, isTest, attributes, expectedAt: at }
    const token = wanted.token === undefined ? undefined : newEnrolmentToken()
    await stores.transaction(async (within) => {
      await expectDevice(within, device, { ...doing(request), again })
      if (token === undefined || wanted.token === undefined) return
      const { id: tokenId, secretSha256 } = token
      const expiresAt = at + wanted.token.validSeconds
      await within.enrolments.addToken(
        {
          ...{ id: tokenId, secretSha256, product, device: id, expiresAt, use: undefined },
          cohort: cohort ?? DEFAULT_COHORT,
        },
        at,
      )
      await within.audit.append({
        ...{
          at,
          ...doing(request),
          actor: permitOf(request).actor,
          action: 'enrolment.token-made',
        },
        ...{ product, subject: `device/${id}`, after: { expiresAt }, outcome: 'done' },
      })
    })
    response.set('Cache-Control', 'no-store').status(201)
    response.json({
      ...expectedView(device),
      ...(token === undefined ? {} : { token: token.token }),
    })
  })

  routes.delete('/expected-devices/:device', async (request, response) => {
    const { product, actor } = permitOf(request)
    const { device } = parseRequest(inDevice, request.params)
    const { requestId } = doing(request)
    await stores.transaction(async (within) => {
      if (!(await within.expectedDevices.remove(product, device))) throw notExpected()
      await within.audit.append({
        ...{ at: now(), actor, action: 'device.expected-no-more', product, requestId },
        ...{ subject: `device/${device}`, outcome: 'done' },
      })
    })
    response.status(204).end()
  })

  return routes
}

/** Of a device that is expected in no cohort in particular. */
const DEFAULT_COHORT = 'everyone'

function expectedView({ id, cohort, isPinned, isTest, attributes, expectedAt }: ExpectedDevice) {
  const shown = Object.fromEntries(attributes)
  return { id, cohort, pinned: isPinned, test: isTest, attributes: shown, expectedAt }
}

function notExpected(): HttpError {
  return new HttpError(404, 'DEVICE_NOT_EXPECTED', 'No device of this id is expected')
}

/** What never ends is cut off when it is too long. */
async function* bounded(request: Request): AsyncGenerator<Uint8Array> {
  let bytes = 0
  try {
    for await (const piece of request.iterator({ destroyOnReturn: false })) {
      bytes += (piece as Buffer).length
      if (bytes > IMPORT_MAX_BYTES) {
        throw new HttpError(413, 'BODY_TOO_LARGE', 'The request body is too large')
      }
      yield piece as Buffer
    }
  } finally {
    discardRest(request)
  }
}

/** Most senders listen only once all is sent; whoever sends on and on is hung up on. */
function discardRest(request: Request): void {
  let bytes = 0
  request.on('data', (piece: Buffer) => {
    bytes += piece.length
    if (bytes > IMPORT_MAX_BYTES) request.socket.destroy()
  })
}
