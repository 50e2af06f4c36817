/** What only a network shows: looked at when somebody asks for it, `doctor --online`. */
import { codeOf } from '@fleetward/shared'
import { HttpsClient } from '../connection/https-client.ts'
import { loadFactoryPack } from '../enrolment/factory-pack.ts'
import { type Check, ok, wrong } from './check.ts'

const TIMESTAMP_MAX_BYTES = 64 * 1024

export const onlineChecks: readonly Check[] = [
  {
    id: 'server-reachable',
    what: 'The server answers, with a certificate of the authority in the factory pack.',
    why: 'Without it there are no security updates.',
    look: async ({ settings }) => {
      const { product, proxy, factoryPack } = settings
      const { server, serverCa } = await loadFactoryPack(factoryPack)
      const client = new HttpsClient({ ca: serverCa, proxy })
      try {
        const place = new URL(`/tuf/${product}/metadata/timestamp.json`, server.public)
        await client.fetch(place, { maxBytes: TIMESTAMP_MAX_BYTES })
        return ok(server.public)
      } catch (error) {
        const known = codeOf(error)
        if (known === undefined) throw error
        const facts = Object.entries(known.facts).map(([name, value]) => `${name} ${value}`)
        return wrong(
          `${known.code}: ${facts.join(', ')}`,
          'look at network, name resolution, clock, proxy and firewall (fleetward-agent egress)',
        )
      } finally {
        client.close()
      }
    },
  },
]
