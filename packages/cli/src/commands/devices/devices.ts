/** `fleetward devices list|search|show|count|reports`: what runs where. */
import type { Command } from 'commander'
import { type Surroundings, withExamples } from '../command-line.ts'
import { openServer } from '../server-options.ts'
import { addDeviceActs } from './device-acts.ts'
import {
  devicePath,
  devicesPath,
  type FilterOptions,
  type OnProduct,
  onProduct,
  queryOf,
  withFilter,
} from './device-choice.ts'
import { addDeviceCommands } from './device-commands.ts'
import { addDeviceImport } from './device-import.ts'
import { type Device, lineOf, linesOf, moment } from './device-view.ts'

const PAGE_COUNT = '500'

type ListOptions = OnProduct & FilterOptions & { readonly cohort?: string }

interface Report {
  readonly seq: number
  readonly receivedAt: number
  readonly state: string
  readonly version: string
  readonly code?: string
  readonly missingBefore: number
}

export function addDevices(program: Command, surroundings: Surroundings): void {
  const { terminal, finish } = surroundings
  const devices = withExamples(
    program.command('devices').description('devices of a product'),
    'devices list --product lumen-gateway-g1 --token-file admin-token',
    'devices search \'version < 1.4.3 and attr.region = "eu"\' --product lumen-gateway-g1 --token-file admin-token',
  )

  async function show(filter: string | undefined, options: ListOptions, none: string) {
    const client = await openServer(options, terminal)
    const { saved, cohort } = options
    const query = queryOf({ limit: PAGE_COUNT, filter, saved, cohort })
    const all = (await client.all(devicesPath(options, query))) as Device[]
    finish({ json: { devices: all }, lines: all.length === 0 ? [none] : all.map(lineOf) })
  }

  const list = withFilter(
    onProduct(devices.command('list').description('all devices with version and state')).option(
      '--cohort <name>',
      'only these',
    ),
  ).action((options: ListOptions) => show(options.filter, options, 'There is no such device.'))
  withExamples(
    list,
    'devices list --product lumen-gateway-g1 --cohort field --token-file admin-token',
  )

  const search = onProduct(
    devices
      .command('search')
      .description('devices that a filter means (docs/filters.md)')
      .argument('<filter>', "for example 'state = failed and lastSeen < 1d'"),
  ).action((filter: string, options: OnProduct) => show(filter, options, 'It means no device.'))
  withExamples(
    search,
    "devices search 'not online and lastSeen > 30d' --product lumen-gateway-g1 --token-file admin-token",
  )

  const count = withFilter(
    onProduct(
      devices.command('count').description('how many devices there are, or a filter means'),
    ).option('--cohort <name>', 'only these'),
  ).action(async (options: ListOptions) => {
    const client = await openServer(options, terminal)
    const { product, filter, saved, cohort } = options
    const path = `/products/${encodeURIComponent(product)}/device-count`
    const answer = (await client.get(`${path}${queryOf({ filter, saved, cohort })}`)) as {
      readonly count: number
    }
    finish({ json: answer, lines: [String(answer.count)] })
  })
  withExamples(
    count,
    "devices count --filter 'version < 1.4.3' --product lumen-gateway-g1 --token-file admin-token",
  )

  const one = onProduct(
    devices
      .command('show')
      .description('one device, with all that is known of it')
      .argument('<device>', 'its id'),
  ).action(async (id: string, options: OnProduct) => {
    const client = await openServer(options, terminal)
    const device = (await client.get(devicePath(options, id))) as Device
    finish({ json: device, lines: linesOf(device) })
  })
  withExamples(one, 'devices show lumen-0001 --product lumen-gateway-g1 --token-file admin-token')

  const reports = onProduct(
    devices
      .command('reports')
      .description('what a device said, the newest first')
      .argument('<device>', 'its id'),
  )
    .option('--before <number>', 'only reports before this one')
    .option('--limit <count>', 'how many', '50')
    .action(async (id: string, options: OnProduct & { before?: string; limit: string }) => {
      const client = await openServer(options, terminal)
      const query = queryOf({ before: options.before, limit: options.limit })
      const all = (await client.get(devicePath(options, id, `/reports${query}`))) as Report[]
      const lines = all.map(reportLine)
      finish({ json: { reports: all }, lines: lines.length === 0 ? ['It said nothing.'] : lines })
    })
  withExamples(
    reports,
    'devices reports lumen-0001 --limit 10 --product lumen-gateway-g1 --token-file admin-token',
  )

  addDeviceActs(devices, surroundings)
  addDeviceCommands(devices, surroundings)
  addDeviceImport(devices, surroundings)
}

function reportLine({ seq, receivedAt, state, version, code, missingBefore }: Report): string {
  const gap = missingBefore === 0 ? '' : `(${missingBefore} before it never came)`
  const columns = [String(seq).padStart(8), moment(receivedAt), state.padEnd(12), version]
  return [...columns, code ?? '', gap].join(' ').trimEnd()
}
