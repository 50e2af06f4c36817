/** A fleet to be looked at: some hundred devices in a real database, with all that a console has to show of one. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startEdge } from '../../../packages/server/src/edge.ts'
import type { Edge } from '../../../packages/server/src/ports.ts'
import { PRODUCT } from '../../../packages/server/test/support/desk.ts'
import { gatewaySbom } from '../../../packages/server/test/support/gateway-sbom.ts'
import { ReportingFleet } from '../../../packages/server/test/support/reporting-fleet.ts'
import type { EdgeAtHand } from '../../../packages/server/test/support/test-device.ts'
import { TestServer } from '../../../packages/server/test/support/test-server.ts'

export { PRODUCT }

export const DEVICES_COUNT = 320
export const MARKUP = '<img src=x onerror=alert(1)>'
/** What a device may send; what operators set has no signs of direction. */
export const HOSTILE = `${MARKUP} \u202egnp.exe`
export const VULNERABILITY = 'CVE-2021-21315'

export const POSTPONED = 'lumen-0002'
export const OPTED_OUT = 'lumen-0003'
export const ASKING = 'lumen-0004'
export const FAILED = 'lumen-0005'
export const AT_WORK = 'lumen-0006'
export const ODD = 'lumen-0007'

const HOLE = join(
  import.meta.dirname,
  '../../../packages/vulnerability/test-data/osv/GHSA-2m8v-572m-ff2v.json',
)

/** 1.4.2 has the hole, 1.4.3 has not. */
function releaseOf(version: string, securityCounter: number) {
  const artifact = new TextEncoder().encode(version)
  const sbom = gatewaySbom(version).text
  return { version, kind: 'security' as const, securityCounter, artifact, sbom }
}

export interface ShownFleet {
  readonly server: TestServer
  readonly fleet: ReportingFleet
  /** Where real devices come in. */
  readonly door: EdgeAtHand
  /** Of 1.4.3, to everybody in the cohort `field`. */
  readonly rollout: string
}

export async function shownFleet(t: { after(end: () => unknown): void }): Promise<ShownFleet> {
  let edge: Edge | undefined
  const server = await TestServer.start(
    t,
    { host: ['localhost', '127.0.0.1'] },
    {
      startEdge: async (needs) => {
        edge = await startEdge(needs)
        return edge
      },
      at: new Date(),
    },
  )
  if (edge === undefined) throw new Error('the server has no edge')
  const { desk } = await server.product()
  await server.publish(desk, 1, [releaseOf('1.4.2', 1), releaseOf('1.4.3', 2)])
  await server.call('PUT', '/feeds/osv?kind=osv', await readFile(HOLE), {
    'content-type': 'application/octet-stream',
  })
  await server.keepBooks()
  const fleet = new ReportingFleet(server)
  const ids = Array.from(
    { length: DEVICES_COUNT },
    (_, index) => `lumen-${String(index + 1).padStart(4, '0')}`,
  )
  await fleet.add(
    ids.filter((_, index) => index % 4 !== 3),
    'field',
  )
  await fleet.add(
    ids.filter((_, index) => index % 4 === 3),
    'pilot',
  )
  // The change needs devices that are there, and the answer says that it reached them.
  for (const [region, filter] of [
    ['eu', 'id ~ "lumen-00"'],
    ['us', 'id ~ "lumen-01"'],
  ]) {
    await did(
      server.of('POST', '/device-changes', {
        filter,
        change: { attributes: { region: region ?? '' } },
      }),
    )
  }
  const { body } = await did(
    server.of('POST', '/rollouts', {
      ...{ release: '1.4.3', cohort: 'field' },
      policy: { apply: 'ask', retryAfter: 0 },
    }),
  )
  const door: EdgeAtHand = {
    ...{ edge, clock: server.clock },
    token: async (wanted) => (await did(server.of('POST', '/enrolment-tokens', wanted))).body.token,
  }
  const shown = { server, fleet, door, rollout: body.id as string }
  await tell(shown)
  return shown
}

async function tell({ fleet, server, rollout }: Omit<ShownFleet, 'door'>): Promise<void> {
  const owner = { automaticSecurity: true, automaticFunctionality: false, optedOut: false }
  const waits = { state: 'offered', rollout, attempt: 1 } as const
  const until = fleet.now + 3 * 86_400
  await fleet.report(POSTPONED, {
    ...{ ...waits, waitingFor: 'postponement', owner: { ...owner, postponedUntil: until } },
    inventory: { timeZone: 'America/New_York', 'free space': '512' },
  })
  await fleet.report(OPTED_OUT, {
    ...{ ...waits, waitingFor: 'optIn' },
    owner: { ...owner, automaticSecurity: false, optedOut: true },
  })
  await fleet.report(ASKING, { ...waits, waitingFor: 'approval' })
  await fleet.begins(FAILED, rollout)
  await fleet.fails(FAILED, rollout)
  await fleet.begins(AT_WORK, rollout)
  await fleet.report(ODD, { inventory: { label: HOSTILE, bootloader: '2026.2.0' } })
  await did(server.of('PATCH', `/devices/${ODD}`, { attributes: { note: MARKUP, floor: 3 } }))
}

interface Answered {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared, not computed with
  readonly body: any
}

async function did(asked: Promise<Answered>): Promise<Answered> {
  const answer = await asked
  if (answer.status >= 300) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
  return answer
}
