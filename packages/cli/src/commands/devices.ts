/** `fleetward devices list`: what runs where. */
import type { Command } from 'commander'
import { productOption, type Surroundings, withExamples } from './command-line.ts'
import { openServer, type ServerOptions, withServer } from './server-options.ts'

const PAGE_COUNT = 500

interface Device {
  readonly id: string
  readonly cohort: string
  readonly online: boolean
  readonly state?: string
  readonly waitingFor?: string
  readonly version?: string
  readonly code?: string
}

export function addDevices(program: Command, { terminal, finish }: Surroundings): void {
  const devices = withExamples(
    program.command('devices').description('devices of a product'),
    'devices list --product lumen-gateway-g1 --token-file admin-token',
  )
  const list = withServer(
    devices
      .command('list')
      .description('all devices with version and state')
      .addOption(productOption())
      .option('--cohort <name>', 'only these'),
  ).action(async (options: ServerOptions & { product: string; cohort?: string }) => {
    const client = await openServer(options, terminal)
    const all: Device[] = []
    let page: Device[]
    do {
      const query = new URLSearchParams({ limit: String(PAGE_COUNT) })
      if (options.cohort !== undefined) query.set('cohort', options.cohort)
      const last = all.at(-1)
      if (last !== undefined) query.set('after', last.id)
      page = (await client.get(`/products/${options.product}/devices?${query}`)) as Device[]
      all.push(...page)
    } while (page.length === PAGE_COUNT)
    finish({
      json: { devices: all },
      lines: all.length === 0 ? ['No device has enrolled yet.'] : all.map(lineOf),
    })
  })
  withExamples(
    list,
    'devices list --product lumen-gateway-g1 --cohort field --token-file admin-token',
  )
}

function lineOf({ id, cohort, online, version, state, waitingFor, code }: Device): string {
  const why = [waitingFor && `waits for ${waitingFor}`, code].filter((part) => part !== undefined)
  return [
    id.padEnd(24),
    cohort.padEnd(12),
    (online ? 'online' : 'offline').padEnd(8),
    (version ?? '?').padEnd(10),
    (state ?? 'not heard of yet').padEnd(12),
    why.join(', '),
  ]
    .join(' ')
    .trimEnd()
}
