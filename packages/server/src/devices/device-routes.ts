import { type Request, Router } from 'express'
import { permitOf } from '../http/door/permit.ts'
import { sendPage } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { answerQueued } from '../http/queued-answer.ts'
import { requestIdOf } from '../http/request-id.ts'
import { requireSeen, sendRevised } from '../http/revision.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import type { AttributeValue } from './attribute-value.ts'
import { type DeviceChange, noSuchDevice, revoked } from './change-device.ts'
import {
  countQuerySchema,
  deviceChangeSchema,
  deviceQuerySchema,
  inDevice,
  newCommandSchema,
  quarantineSchema,
  reportQuerySchema,
} from './device-api.ts'
import type { Device } from './device-store.ts'
import { askedFilter } from './filter/asked-filter.ts'
import type { Doing, Fleet } from './fleet.ts'
import { fleetReads } from './fleet-reads.ts'
import { ownWindow } from './own-window.ts'
import { deviceRevision } from './revisions.ts'

const COMMANDS_SHOWN = 50

export interface DeviceRoutesNeeds {
  readonly stores: Database
  readonly fleet: Fleet
  readonly clock: Clock
}

export function deviceRoutes({ stores, fleet, clock }: DeviceRoutesNeeds): Router {
  const { devices, deviceSearch, savedFilters, commands } = stores
  const routes = Router({ mergeParams: true })
  const now = () => secondsOf(clock)

  routes.get('/devices', async (request, response) => {
    const { product } = permitOf(request)
    const { after, limit, cohort, ...asked } = parseRequest(deviceQuerySchema, request.query)
    const filter = await askedFilter(savedFilters, product, asked)
    const query = { product, cohort, filter, now: now() }
    const ids = await deviceSearch.page(query, { after, limit: limit + 1 })
    const items = await devices.some(product, ids)
    sendPage(request, response, {
      items,
      limit,
      keyOf: ({ id }) => id,
      viewOf: (device) => deviceView(device, now()),
    })
  })

  routes.get('/device-count', async (request, response) => {
    const { product } = permitOf(request)
    const { cohort, ...asked } = parseRequest(countQuerySchema, request.query)
    const filter = await askedFilter(savedFilters, product, asked)
    await answerQueued(fleetReads, { request, response }, async () => ({
      count: await deviceSearch.count({ product, cohort, filter, now: now() }),
    }))
  })

  routes.get('/devices/:device', async (request, response) => {
    const found = await find(request)
    sendRevised(response, deviceRevision(found), deviceView(found, now()))
  })

  routes.patch('/devices/:device', async (request, response) => {
    const { product, device } = deviceIn(request)
    const change = changeOf(parseRequest(deviceChangeSchema, request.body))
    await fleet.change(doing(request), product, device, change, {
      requireSeen: (found) => requireSeen(request, deviceRevision(found)),
    })
    const found = await find(request)
    sendRevised(response, deviceRevision(found), deviceView(found, now()))
  })

  routes.post('/devices/:device/quarantine', async (request, response) => {
    const { product, device } = deviceIn(request)
    const { reason } = parseRequest(quarantineSchema, request.body)
    await fleet.quarantine(doing(request), product, device, reason)
    response.json(deviceView(await find(request), now()))
  })

  routes.post('/devices/:device/release', async (request, response) => {
    const { product, device } = deviceIn(request)
    await fleet.release(doing(request), product, device)
    response.json(deviceView(await find(request), now()))
  })

  routes.post('/devices/:device/dismiss-suspicion', async (request, response) => {
    const { product, device } = deviceIn(request)
    await fleet.dismissSuspicion(doing(request), product, device)
    response.json(deviceView(await find(request), now()))
  })

  routes.post('/devices/:device/revoke', async (request, response) => {
    const { product, device } = deviceIn(request)
    await fleet.revoke(doing(request), product, device)
    response.json(deviceView(await find(request), now()))
  })

  routes.post('/devices/:device/decommission', async (request, response) => {
    const { product, device } = deviceIn(request)
    await fleet.decommission(doing(request), product, device)
    response.json({ id: device, decommissioned: true })
  })

  routes.get('/devices/:device/reports', async (request, response) => {
    const { id } = await find(request)
    response.json(await devices.reports(id, parseRequest(reportQuerySchema, request.query)))
  })

  routes.get('/devices/:device/commands', async (request, response) => {
    const { id } = await find(request)
    response.json(await commands.list(id, COMMANDS_SHOWN))
  })

  routes.post('/devices/:device/commands', async (request, response) => {
    const { product, id, revokedAt } = await find(request)
    const wanted = parseRequest(newCommandSchema, request.body)
    if (wanted.command === 'factory-reset' || wanted.command === 'erase') {
      permitOf(request).demand('device.erase')
      permitOf(request).demandStepUp()
    }
    if (revokedAt !== undefined) throw revoked()
    if (wanted.command === 'assign') {
      permitOf(request).demand('device.manage')
      // The database first: from now on the old cohort's manifests are closed to the device.
      await fleet.change(doing(request), product, id, wanted.arguments, { tellsDevice: false })
    }
    response.status(202)
    response.json(await fleet.command(doing(request), { product, device: id, ...wanted }))
  })

  async function find(request: Request): Promise<Device> {
    const { product, device } = deviceIn(request)
    const found = await devices.find(product, device)
    if (found === undefined) throw noSuchDevice()
    return found
  }

  return routes
}

function deviceIn(request: Request): { product: string; device: string } {
  const { product } = permitOf(request)
  return { product, device: parseRequest(inDevice, request.params).device }
}

export function doing(request: Request): Doing {
  return { by: permitOf(request).actor, requestId: requestIdOf(request) }
}

/** As the API words it: null takes an attribute away. */
export function changeOf({
  attributes,
  ...change
}: Omit<DeviceChange, 'attributes'> & {
  readonly attributes?: Readonly<Record<string, AttributeValue | null>> | undefined
}): DeviceChange {
  if (attributes === undefined) return change
  const changes = Object.entries(attributes).map(([name, value]) => [name, value ?? undefined])
  return { ...change, attributes: new Map(changes as [string, AttributeValue | undefined][]) }
}

/** The nonce is between the device and the one who signs its commands. */
function deviceView({ nonce: _nonce, owner, ...device }: Device, now: number) {
  return { ...device, owner: owner && ownerView(owner, now) }
}

/** With when its window opens next. */
function ownerView({ window, ...choices }: NonNullable<Device['owner']>, now: number) {
  if (window === undefined || window === 'none') return { ...choices, window }
  return { ...choices, window: ownWindow(JSON.stringify(window), now) }
}
