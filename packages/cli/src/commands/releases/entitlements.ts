/** `fleetward entitlements …`: which devices have what a release of new functions may ask for. */
import type { Command } from 'commander'
import { Refusal } from '../../refusal.ts'
import { productOption, readNamedFile, type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'

interface OnProduct extends ServerOptions {
  readonly product: string
}
interface SetOptions extends OnProduct {
  readonly until?: string
  readonly file?: string
}
interface Held {
  readonly device?: string
  readonly name?: string
  readonly until?: number
}

/** What the server takes at once. */
const DEVICES_AT_ONCE = 250
const ON = '--product lumen-gateway-g1 --token-file token'

export function addEntitlements(program: Command, { terminal, finish }: Surroundings): void {
  const entitlements = withExamples(
    program
      .command('entitlements')
      .description('which devices have what a release of new functions may ask for'),
    `entitlements set plus G1-0001 --until 2027-11-22T00:00:00Z ${ON}`,
    `entitlements release 1.5.0 plus ${ON}`,
  )
  const command = (words: string, description: string) =>
    withServer(entitlements.command(words).description(description).addOption(productOption()))

  const list = command('list <entitlement>', 'devices that have it, also those whose has ended')
  list.action(async (name: string, options: OnProduct) => {
    const client = await openServer(options, terminal)
    const path = `/products/${options.product}/entitlements/${encodeURIComponent(name)}`
    const found = (await client.all(`${path}?limit=500`)) as readonly Held[]
    finish({ json: { devices: found }, lines: found.map((one) => line(one.device, one.until)) })
  })
  withExamples(list, `entitlements list plus ${ON}`)

  const show = command('show <device>', 'what a device has')
  show.action(async (device: string, options: OnProduct) => {
    const client = await openServer(options, terminal)
    const path = `/products/${options.product}/devices/${encodeURIComponent(device)}/entitlements`
    const found = (await client.all(`${path}?limit=500`)) as readonly Held[]
    const lines =
      found.length === 0 ? ['It has none.'] : found.map((one) => line(one.name, one.until))
    finish({ json: { entitlements: found }, lines })
  })
  withExamples(show, `entitlements show G1-0001 ${ON}`)

  const change = async (
    name: string,
    named: readonly string[],
    options: SetOptions,
    until: number | null,
  ) => {
    const devices = [...new Set([...named, ...(await devicesIn(options.file))])]
    if (devices.length === 0)
      throw usage('No device is named', 'Name devices, or a --file of them.')
    const client = await openServer(options, terminal)
    const path = `/products/${options.product}/entitlements/${encodeURIComponent(name)}`
    let changed = 0
    for (let first = 0; first < devices.length; first += DEVICES_AT_ONCE) {
      const some = devices.slice(first, first + DEVICES_AT_ONCE)
      const done = (await client.post(path, { devices: some, until })) as { changed: number }
      changed += done.changed
    }
    finish({ json: { changed }, lines: [`${changed} of ${devices.length} devices changed`] })
  }
  const set = command('set <entitlement> [devices...]', 'give it to devices, or change its end')
    .option('--until <time>', 'when it ends; without, never')
    .option('--file <file>', 'device ids, one in a line')
  set.action((name: string, devices: readonly string[], options: SetOptions) =>
    change(name, devices, options, untilIn(options.until)),
  )
  withExamples(
    set,
    `entitlements set plus G1-0001 G1-0002 --until 2027-11-22T00:00:00Z ${ON}`,
    `entitlements set plus --file sold-today.txt ${ON}`,
  )

  const end = command('end <entitlement> [devices...]', 'take it away, now').option(
    '--file <file>',
    'device ids, one in a line',
  )
  end.action((name: string, devices: readonly string[], options: SetOptions) =>
    change(name, devices, options, 0),
  )
  withExamples(end, `entitlements end plus G1-0002 ${ON}`)

  const release = command(
    'release <version> <entitlement>',
    'offer a functionality release to those alone; "none": to everybody',
  )
  release.action(async (version: string, name: string, options: OnProduct) => {
    const client = await openServer(options, terminal)
    const path = `/products/${options.product}/releases/${encodeURIComponent(version)}/entitlement`
    const entitlement = name === 'none' ? null : name
    const now = (await client.post(path, { entitlement })) as object
    const whom = entitlement === null ? 'everybody' : `devices with ${entitlement}`
    finish({ json: now, lines: [`${version} is for ${whom}`] })
  })
  withExamples(
    release,
    `entitlements release 1.5.0 plus ${ON}`,
    `entitlements release 1.5.0 none ${ON}`,
  )
}

async function devicesIn(file: string | undefined): Promise<readonly string[]> {
  if (file === undefined) return []
  const lines = new TextDecoder().decode(await readNamedFile(file)).split('\n')
  return lines.map((text) => text.trim()).filter((text) => text !== '')
}

function untilIn(text: string | undefined): number | null {
  if (text === undefined) return null
  const ms = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN
  if (!Number.isNaN(ms) && ms >= 0) return Math.floor(ms / 1000)
  throw usage(`${JSON.stringify(text)} is no time`, 'Write it as 2027-11-22T00:00:00Z.')
}

function usage(message: string, next: string): Refusal {
  return new Refusal('USAGE', message, { next, usage: true })
}

function line(what = '', until?: number): string {
  return until === undefined ? what : `${what}  until ${new Date(until * 1000).toISOString()}`
}
