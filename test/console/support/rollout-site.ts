/** A server with releases, a cohort of devices on record, and who plans and approves rollouts there. */
import assert from 'node:assert/strict'
import type { FactoryWindow, Report, WaitingFor } from '@fleetward/shared'
import type { Grant } from '../../../packages/server/src/accounts/rights.ts'
import { startEdge } from '../../../packages/server/src/edge.ts'
import { type DeskRelease, PRODUCT } from '../../../packages/server/test/support/desk.ts'
import type { Ending } from '../../../packages/server/test/support/edge-under-test.ts'
import { ReportingFleet } from '../../../packages/server/test/support/reporting-fleet.ts'
import { TestServer } from '../../../packages/server/test/support/test-server.ts'

export const MANAGER: readonly Grant[] = [{ role: 'releaseManager', product: PRODUCT }]
export const AT = `/products/${PRODUCT}`
export const VERSION = '1.4.3'
/** An owner's, in a zone where few who look at these tests live. */
export const NIGHT: FactoryWindow = {
  ...{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '05:30', timeZone: 'Asia/Tokyo' },
}
const OWNER = { automaticSecurity: true, automaticFunctionality: false, optedOut: false }

export class RolloutSite {
  readonly server: TestServer
  readonly fleet: ReportingFleet
  readonly product = PRODUCT

  private constructor(server: TestServer) {
    this.server = server
    this.fleet = new ReportingFleet(server)
  }

  /** `devices` in the cohort `everyone`, all on the version before. */
  static async open(
    t: Ending,
    { devices = 30, kind = 'security' as DeskRelease['kind'] } = {},
  ): Promise<RolloutSite> {
    // The browser's clock is the real one, and so is the server's; what happened is put a day back.
    const server = await TestServer.start(
      t,
      {},
      {
        ...{ at: new Date(Date.now() - DAY_MS), startEdge },
      },
    )
    const { desk } = await server.product()
    const artifact = Buffer.from(`firmware ${VERSION}`)
    assert.equal(
      (await server.publish(desk, 1, [{ version: VERSION, kind, artifact }])).status,
      200,
    )
    const site = new RolloutSite(server)
    await server.of('POST', '/cohorts', { name: 'everyone', description: 'All devices' })
    await site.fleet.add(site.ids(devices))
    await site.fleet.pass(DAY_MS / 1000)
    return site
  }

  ids(count: number): readonly string[] {
    return Array.from({ length: count }, (_, index) => `D-${1000 + index}`)
  }

  /** Returns the id. */
  async rollOut(more: object = {}): Promise<string> {
    const answer = await this.server.of('POST', '/rollouts', {
      ...{ release: VERSION, cohort: 'everyone', ...more },
    })
    assert.equal(answer.status, 201, JSON.stringify(answer.body))
    return answer.body.id
  }

  async askApproval(count = 1): Promise<void> {
    const rule = { count, roles: ['releaseManager'] }
    assert.equal((await this.server.of('POST', '/approval', rule)).status, 200)
  }

  async postpones(device: string, rollout: string): Promise<void> {
    const until = this.fleet.now + 7_200
    const owner = { ...OWNER, postponedUntil: until }
    const waits = { state: 'offered', waitingFor: 'postponement', rollout, attempt: 1 } as const
    const release = { path: 'security/g1.tar', version: VERSION, sha256: 'a'.repeat(64) }
    await this.fleet.report(device, { ...waits, release, owner })
  }

  async waits(
    device: string,
    rollout: string,
    waitingFor: WaitingFor,
    choices: Partial<Report['owner']> = {},
  ): Promise<void> {
    const owner = { ...OWNER, ...choices }
    await this.fleet.report(device, { state: 'offered', waitingFor, rollout, attempt: 1, owner })
  }

  /** Its owner wants to be asked for fixes too. */
  async asks(device: string): Promise<void> {
    await this.fleet.report(device, { owner: { ...OWNER, automaticSecurity: false } })
  }

  /** Where the factory settings have `telemetry` at `diagnostic`. */
  async tellsHours(device: string, window: 'none' | FactoryWindow, timeZone: string) {
    await this.fleet.report(device, { owner: { ...OWNER, window }, inventory: { timeZone } })
  }

  async optsOut(device: string): Promise<void> {
    await this.fleet.report(device, { owner: { ...OWNER, optedOut: true } })
  }
}

const DAY_MS = 86_400_000

export const group = (name: string, members: object, more: object = {}) => ({
  ...{ name, members, success: { share: 0.9, soakSeconds: 60 } },
  error: { share: 0.2, minimum: 2 },
  ...more,
})
