import { type Request, Router } from 'express'
import type { DeviceAtBroker } from '../broker/access-rules.ts'
import type { EnrolmentStore } from '../enrolment/enrolment-store.ts'
import { parseRequest } from '../http/parse-request.ts'
import { permitOf } from '../http/permit.ts'
import { HttpError } from '../http/problem.ts'
import type { Clock } from '../ports.ts'
import type { CommandDispatch } from './command-dispatch.ts'
import type { CommandStore } from './command-store.ts'
import { deviceQuerySchema, inDevice, newCommandSchema, reportQuerySchema } from './device-api.ts'
import type { Device, DeviceStore } from './device-store.ts'

const COMMANDS_SHOWN = 50

export interface DeviceRoutesNeeds {
  readonly devices: DeviceStore
  readonly enrolments: EnrolmentStore
  readonly commands: CommandStore
  readonly dispatch: CommandDispatch
  readonly clock: Clock
  /** What live connections must be told. */
  readonly connections: {
    disconnect(device: string): void
    topicsChanged(who: DeviceAtBroker): void
  }
}

export function deviceRoutes(needs: DeviceRoutesNeeds): Router {
  const { devices, commands } = needs
  const routes = Router({ mergeParams: true })

  routes.get('/devices', async (request, response) => {
    const { product } = permitOf(request)
    const query = parseRequest(deviceQuerySchema, request.query)
    response.json((await devices.list(product, query)).map(deviceView))
  })

  routes.get('/devices/:device', async (request, response) => {
    response.json(deviceView(await find(request)))
  })

  routes.post('/devices/:device/revoke', async (request, response) => {
    const { product, id } = await find(request)
    await needs.enrolments.revoke(product, id, Math.floor(needs.clock.now().getTime() / 1000))
    needs.connections.disconnect(id)
    response.json(deviceView(await find(request)))
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
    if (revokedAt !== undefined) {
      throw new HttpError(409, 'DEVICE_REVOKED', 'The device was revoked and receives nothing')
    }
    if (wanted.command === 'assign') {
      // The database first: from now on the old cohort's manifests are closed to the device.
      const { cohort } = wanted.arguments
      await devices.assign(product, id, cohort)
      needs.connections.topicsChanged({ product, device: id, cohort, isQuarantined: false })
    }
    response.status(202).json(await needs.dispatch.want({ product, device: id, ...wanted }))
  })

  async function find(request: Request): Promise<Device> {
    const { product } = permitOf(request)
    const { device } = parseRequest(inDevice, request.params)
    const found = await devices.find(product, device)
    if (found !== undefined) return found
    throw new HttpError(404, 'NO_SUCH_DEVICE', 'This product has no device of this id')
  }

  return routes
}

/** The nonce is between the device and the one who signs its commands. */
function deviceView({ nonce: _nonce, ...device }: Device) {
  return device
}
