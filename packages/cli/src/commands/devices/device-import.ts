/** `fleetward devices import|expect|expected|forget|token`: devices that are known before they come. */
import { stat } from 'node:fs/promises'
import type { Command } from 'commander'
import { unreadable } from '../../named-file.ts'
import { Refusal } from '../../refusal.ts'
import { durationSeconds, type Surroundings, withExamples } from '../command-line.ts'
import { openServer } from '../server-options.ts'
import { intoSecretFile } from '../trust/secret-file.ts'
import { type OnProduct, onProduct } from './device-choice.ts'

interface Expected {
  readonly id: string
  readonly cohort?: string
  readonly pinned: boolean
  readonly test: boolean
  readonly attributes: Readonly<Record<string, unknown>>
}

interface ExpectOptions extends OnProduct {
  readonly cohort?: string
  readonly test?: boolean
  readonly again?: boolean
  readonly tokenOut?: string
  readonly validFor: number
}

const WEEK_SECONDS = 7 * 86_400

export function addDeviceImport(devices: Command, { terminal, finish }: Surroundings): void {
  const pathOf = ({ product }: OnProduct, rest: string) =>
    `/products/${encodeURIComponent(product)}${rest}`

  const imported = onProduct(
    devices
      .command('import')
      .description('import devices from CSV or JSON lines (docs/devices.md)')
      .argument('<file>', 'ends in .csv, .ndjson or .jsonl'),
  )
    .option('--dry-run', 'only check every line')
    .action(async (file: string, options: OnProduct & { dryRun?: boolean }) => {
      const type = typeOf(file)
      const { size: length } = await stat(file).catch((cause: unknown) => unreadable(file, cause))
      const client = await openServer(options, terminal)
      const path = pathOf(options, `/device-import?dryRun=${options.dryRun === true}`)
      const done = (await client.putFile(path, { file, length }, type)) as Record<string, number>
      const { lines, expected, changed, unchanged } = done
      finish({
        json: done,
        lines: [
          `${lines} devices: ${expected} expected from now on, ${changed} changed, ${unchanged} unchanged`,
          ...(options.dryRun === true ? ['Nothing was done: it was a dry run.'] : []),
        ],
      })
    })
  withExamples(
    imported,
    'devices import devices.csv --dry-run --product lumen-gateway-g1 --token-file admin-token',
  )

  const expect = onProduct(
    devices
      .command('expect')
      .description('say what counts for a device once it enrols')
      .argument('<device>', 'its id'),
  )
    .option('--cohort <name>', 'where it belongs; otherwise its token says it')
    .option('--test', 'it is a test device')
    .option('--again', 'also when a device of this id was decommissioned')
    .option('--token-out <file>', 'make an enrolment token for it and write it here')
    .option('--valid-for <time>', 'how long the token is valid: 7d', durationSeconds, WEEK_SECONDS)
    .action(async (id: string, options: ExpectOptions) => {
      const client = await openServer(options, terminal)
      const { cohort, test, again, tokenOut, validFor } = options
      const wanted = {
        ...{ id, test: test === true, again: again === true },
        ...(cohort === undefined ? {} : { cohort }),
      }
      const path = pathOf(options, '/expected-devices')
      if (tokenOut === undefined) {
        const expected = (await client.post(path, wanted)) as Expected
        return finish({ json: expected, lines: [lineOf(expected)] })
      }
      const expected = (await intoSecretFile(tokenOut, async () => {
        const body = { ...wanted, token: { validSeconds: validFor } }
        const { token: secret, ...made } = (await client.post(path, body)) as Expected & {
          readonly token: string
        }
        return { ...made, secret }
      })) as Expected
      finish({
        json: { ...expected, tokenFile: tokenOut },
        lines: [lineOf(expected), `its enrolment token: ${tokenOut}`],
      })
    })
  withExamples(
    expect,
    'devices expect lumen-0001 --cohort field --token-out lumen-0001.token --product lumen-gateway-g1 --token-file admin-token',
  )

  const expected = onProduct(
    devices.command('expected').description('devices that are known and have not enrolled'),
  ).action(async (options: OnProduct) => {
    const client = await openServer(options, terminal)
    const all = (await client.all(pathOf(options, '/expected-devices?limit=500'))) as Expected[]
    const lines = all.length === 0 ? ['No device is expected.'] : all.map(lineOf)
    finish({ json: { expected: all }, lines })
  })
  withExamples(expected, 'devices expected --product lumen-gateway-g1 --token-file admin-token')

  const forget = onProduct(
    devices.command('forget').description('expect a device no more').argument('<device>', 'its id'),
  ).action(async (id: string, options: OnProduct) => {
    const client = await openServer(options, terminal)
    await client.delete(pathOf(options, `/expected-devices/${encodeURIComponent(id)}`))
    finish({ json: { forgotten: id }, lines: [`expected no more: ${id}`] })
  })
  withExamples(
    forget,
    'devices forget lumen-0001 --product lumen-gateway-g1 --token-file admin-token',
  )
}

function typeOf(file: string): string {
  if (/\.csv$/i.test(file)) return 'text/csv'
  if (/\.(ndjson|jsonl)$/i.test(file)) return 'application/x-ndjson'
  throw new Refusal('FILE_NAME_UNKNOWN', `${file} does not say what it is`, {
    next: 'Name it .csv, or .ndjson for JSON lines.',
    usage: true,
  })
}

function lineOf({ id, cohort, pinned, test, attributes }: Expected): string {
  const set = Object.entries(attributes).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  const where = `${cohort ?? 'by its token'}${pinned ? ', pinned' : ''}${test ? ', test' : ''}`
  return `${id.padEnd(24)} ${where.padEnd(20)} ${set.join(' ')}`.trimEnd()
}
