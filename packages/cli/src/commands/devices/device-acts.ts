/** `fleetward devices assign|set|test|quarantine|release|dismiss|revoke|decommission`: what is decided about devices. */
import type { Command } from 'commander'
import { Refusal } from '../../refusal.ts'
import { repeated, type Surroundings, withExamples } from '../command-line.ts'
import { openServer } from '../server-options.ts'
import {
  type BulkOptions,
  changeAll,
  devicePath,
  type OnProduct,
  onProduct,
  requireOneWay,
  withFilter,
} from './device-choice.ts'
import { type Device, lineOf, linesOf } from './device-view.ts'

type AttributeValue = string | number | boolean

interface SetOptions extends BulkOptions {
  readonly text?: readonly string[]
  readonly number?: readonly string[]
  readonly flag?: readonly string[]
  readonly remove?: readonly string[]
}

export function addDeviceActs(devices: Command, { terminal, finish }: Surroundings): void {
  const onOneOrMany = (words: string, description: string) =>
    withFilter(onProduct(devices.command(words).description(description))).option(
      '--dry-run',
      'only say how many devices it would be',
    )

  /** One device by PATCH or POST, many by /device-changes. */
  async function carryOut(
    device: string | undefined,
    options: BulkOptions,
    what: { readonly one: [method: 'patch' | 'post', act: string, body: object]; many: object },
  ): Promise<void> {
    requireOneWay(device, options)
    const client = await openServer(options, terminal)
    if (device === undefined) {
      const { matched, changed } = await changeAll(client, terminal, options, what.many)
      return finish({
        json: { matched, changed },
        lines: [
          options.dryRun === true ? `It would be ${matched} devices.` : `changed: ${changed}`,
        ],
      })
    }
    const [method, act, body] = what.one
    if (options.dryRun !== true) await client[method](devicePath(options, device, act), body)
    const seen = (await client.get(devicePath(options, device))) as Device
    finish({ json: seen, lines: [lineOf(seen)] })
  }

  const assign = onOneOrMany('assign <cohort> [device]', 'put devices into a cohort')
    .option('--let-rules-move', 'rules may move them again; otherwise they stay')
    .action(
      (
        cohort: string,
        device: string | undefined,
        options: BulkOptions & { letRulesMove?: boolean },
      ) => {
        const change = { cohort, pinned: options.letRulesMove !== true }
        return carryOut(device, options, { one: ['patch', '', change], many: { change } })
      },
    )
  withExamples(
    assign,
    'devices assign pilot lumen-0001 --product lumen-gateway-g1 --token-file admin-token',
    'devices assign pilot --filter \'attr.site = "lab"\' --dry-run --product lumen-gateway-g1 --token-file admin-token',
  )

  const set = onOneOrMany('set [device]', 'set attributes, or take them away')
    .option('--text <name=value>', 'a text; may be repeated', repeated)
    .option('--number <name=value>', 'a number; may be repeated', repeated)
    .option('--flag <name=value>', 'true or false; may be repeated', repeated)
    .option('--remove <name>', 'take it away; may be repeated', repeated)
    .action((device: string | undefined, options: SetOptions) => {
      const change = { attributes: attributesIn(options) }
      return carryOut(device, options, { one: ['patch', '', change], many: { change } })
    })
  withExamples(
    set,
    'devices set lumen-0001 --text region=eu --number floor=3 --flag leased=true --product lumen-gateway-g1 --token-file admin-token',
    'devices set --filter \'id ~ "lumen-00"\' --remove floor --product lumen-gateway-g1 --token-file admin-token',
  )

  const test = onOneOrMany('test [device]', 'mark devices as test devices')
    .option('--off', 'take the mark away')
    .action((device: string | undefined, options: BulkOptions & { off?: boolean }) => {
      const change = { test: options.off !== true }
      return carryOut(device, options, { one: ['patch', '', change], many: { change } })
    })
  withExamples(
    test,
    'devices test lumen-0001 --product lumen-gateway-g1 --token-file admin-token',
    "devices test --off --filter 'test' --product lumen-gateway-g1 --token-file admin-token",
  )

  const quarantine = onOneOrMany(
    'quarantine [device]',
    'keep all offers and artifacts from devices',
  )
    .requiredOption('--reason <text>', 'for people; stays in the audit log, so name nobody')
    .action((device: string | undefined, options: BulkOptions & { reason: string }) => {
      const body = { reason: options.reason }
      return carryOut(device, options, {
        one: ['post', '/quarantine', body],
        many: { quarantine: body },
      })
    })
  withExamples(
    quarantine,
    "devices quarantine lumen-0001 --reason 'opened by somebody' --product lumen-gateway-g1 --token-file admin-token",
    "devices quarantine --filter 'cloneSuspected' --reason 'two with one key' --product lumen-gateway-g1 --token-file admin-token",
  )

  const release = onOneOrMany('release [device]', 'end a quarantine').action(
    (device: string | undefined, options: BulkOptions) =>
      carryOut(device, options, { one: ['post', '/release', {}], many: { release: true } }),
  )
  withExamples(
    release,
    'devices release lumen-0001 --product lumen-gateway-g1 --token-file admin-token',
  )

  const dismiss = onProduct(
    devices
      .command('dismiss')
      .description('say that a device which seems to be two is one')
      .argument('<device>', 'its id'),
  ).action(async (device: string, options: OnProduct) => {
    const client = await openServer(options, terminal)
    const path = devicePath(options, device, '/dismiss-suspicion')
    const seen = (await client.post(path)) as Device
    finish({ json: seen, lines: [lineOf(seen)] })
  })
  withExamples(
    dismiss,
    'devices dismiss lumen-0001 --product lumen-gateway-g1 --token-file admin-token',
  )

  const revoke = onProduct(
    devices
      .command('revoke')
      .description('take its certificate away; it comes back by a token that names it')
      .argument('<device>', 'its id'),
  ).action(async (device: string, options: OnProduct) => {
    const client = await openServer(options, terminal)
    const seen = (await client.post(devicePath(options, device, '/revoke'))) as Device
    finish({ json: seen, lines: linesOf(seen) })
  })
  withExamples(
    revoke,
    'devices revoke lumen-0001 --product lumen-gateway-g1 --token-file admin-token',
  )

  const decommission = onProduct(
    devices
      .command('decommission')
      .description('revoke it for good and delete what is known of it')
      .argument('<device>', 'its id'),
  )
    .option('--yes', 'do not ask')
    .action(async (device: string, options: OnProduct & { yes?: boolean }) => {
      const question = `Delete all that is known of ${device}? It cannot be brought back.`
      if (options.yes !== true && !(await terminal.confirm(question))) {
        throw new Refusal('NOT_CONFIRMED', 'Nothing was deleted', {
          next: 'Repeat the command and answer y, or give --yes.',
        })
      }
      const client = await openServer(options, terminal)
      const left = await client.post(devicePath(options, device, '/decommission'))
      finish({
        json: left as object,
        lines: [`decommissioned: ${device}. Its id stays taken; nothing else is left of it.`],
      })
    })
  withExamples(
    decommission,
    'devices decommission lumen-0001 --yes --product lumen-gateway-g1 --token-file admin-token',
  )
}

function attributesIn({ text, number, flag, remove }: SetOptions) {
  const attributes: Record<string, AttributeValue | null> = {}
  for (const [name, value] of (text ?? []).map(namedValue)) attributes[name] = value
  for (const [name, value] of (number ?? []).map(namedValue)) attributes[name] = numberIn(value)
  for (const [name, value] of (flag ?? []).map(namedValue)) attributes[name] = flagIn(value)
  for (const name of remove ?? []) attributes[name] = null
  if (Object.keys(attributes).length > 0) return attributes
  throw usage('Say which attribute', 'Give --text, --number, --flag or --remove.')
}

function namedValue(words: string): [name: string, value: string] {
  const at = words.indexOf('=')
  if (at < 1) throw usage(`${words} names no attribute`, 'Write it as name=value.')
  return [words.slice(0, at), words.slice(at + 1)]
}

function numberIn(text: string): number {
  const number = Number(text)
  if (text.trim() !== '' && Number.isFinite(number)) return number
  throw usage(`${text} is no number`, 'Give a number, or set a text with --text.')
}

function flagIn(text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  throw usage(`${text} is no flag`, 'Give true or false, or set a text with --text.')
}

function usage(message: string, next: string): Refusal {
  return new Refusal('USAGE', message, { next, usage: true })
}
