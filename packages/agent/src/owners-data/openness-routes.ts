/** What leaves the device and where to, over the local API: generated from what the agent itself goes by. */
import { lookup } from 'node:dns/promises'
import type { FactoryDefaults } from '@fleetward/shared'
import type { LocalRoute } from '../local-api/route.ts'
import { type EgressSettings, egressTargets, nftablesRules } from './egress.ts'
import { RETENTION_RULES } from './retention-rules.ts'
import { CONNECTION_CATALOGUE, telemetryLines } from './telemetry-catalogue.ts'

export interface OpennessPlace {
  readonly egress: EgressSettings
  telemetry(): FactoryDefaults['telemetry']
}

export function opennessRoutes({ egress, telemetry }: OpennessPlace): LocalRoute[] {
  return [
    {
      method: 'GET',
      path: '/1/telemetry',
      summary: 'Every field that leaves the device: what for, whether about a person, whether on.',
      forPage: true,
      async answer() {
        return {
          json: {
            level: telemetry(),
            reports: telemetryLines(telemetry()).map((line) => ({ ...line })),
            connection: CONNECTION_CATALOGUE.map((line) => ({ ...line })),
            retention: RETENTION_RULES.map(({ what, keptFor, why }) => ({ what, keptFor, why })),
          },
        }
      },
    },
    {
      method: 'GET',
      path: '/1/egress',
      summary: 'Where the agent connects, and the same as rules for nftables.',
      forPage: true,
      async answer() {
        const targets = egressTargets(egress)
        const addresses = await resolve(targets.map(({ host }) => host))
        const unresolved = targets.filter(({ host }) => (addresses.get(host) ?? []).length === 0)
        return {
          json: {
            targets: targets.map((target) => ({ ...target })),
            // A rule without an address lets nothing through: better to know than to wonder.
            unresolved: unresolved.map(({ host }) => host),
            nftables: nftablesRules(targets, process.getuid?.() ?? 0, addresses),
          },
        }
      },
    },
  ]
}

async function resolve(hosts: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = await Promise.all(
    [...new Set(hosts)].map(async (host) => {
      const all = await lookup(host, { all: true }).catch(() => [])
      return [host, all.map(({ address }) => address)] as const
    }),
  )
  return new Map(found)
}
