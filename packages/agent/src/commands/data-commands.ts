/** Taking data out, bringing it in, and clearing a device. What cannot be undone wants the device id. */
import { createReadStream } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline/promises'
import { pipeline } from 'node:stream/promises'
import type { Json } from '@fleetward/shared'
import { awaitReceipt } from './await-receipt.ts'
import type { AgentCommand, CommandContext } from './command.ts'
import { textOf, UsageError } from './command.ts'
import { askPassphrase } from './passphrase.ts'

const PASSPHRASE_OPTION = { 'passphrase-file': { type: 'string' } } as const
const NOT_YET = [
  'It is begun. An update has to end first, or there is much to overwrite: fleetward-agent status.',
]
const CONFIRM_OPTION = { confirm: { type: 'string' } } as const

export const dataCommands: readonly AgentCommand[] = [
  {
    name: 'export',
    usage: '--out FILE [--recipient AGE1...] [--passphrase-file FILE]',
    summary: 'Writes settings, your data and the log into one encrypted archive.',
    examples: ['fleetward-agent export --out device.age', 'age -d device.age > device.tar'],
    options: { ...PASSPHRASE_OPTION, out: { type: 'string' }, recipient: { type: 'string' } },
    run: async (context) => {
      const out = textOf(context.values, 'out')
      if (out === undefined) throw new UsageError('Say where to write it: --out FILE.')
      const recipient = textOf(context.values, 'recipient')
      const body =
        recipient === undefined ? { passphrase: await passphrase(context, true) } : { recipient }
      const agent = await context.agent()
      const archive = await agent.stream('/1/export', { method: 'POST', body })
      // `wx`: an archive of before is not written over.
      const file = await open(out, 'wx', 0o600)
      await pipeline(archive, file.createWriteStream())
      context.out.answer({ file: out }, [`Written to ${out}. Without its key nobody can open it.`])
      return 0
    },
  },
  {
    name: 'import',
    usage: 'FILE [--dry-run] [--passphrase-file FILE]',
    summary: 'Brings an export of another device of this product in; all of it or nothing.',
    examples: ['fleetward-agent import device.age --dry-run', 'fleetward-agent import device.age'],
    options: { ...PASSPHRASE_OPTION, 'dry-run': { type: 'boolean' } },
    wordsMax: 1,
    run: async (context) => {
      const [file] = context.words
      if (file === undefined) throw new UsageError('Name the archive: fleetward-agent import FILE.')
      const words = Buffer.from(await passphrase(context, false)).toString('base64url')
      const agent = await context.agent()
      const isTry = context.values['dry-run'] === true
      const json = await agent.json(`/1/import${isTry ? '?dryRun=1' : ''}`, {
        method: 'POST',
        upload: createReadStream(file),
        headers: { 'fleetward-passphrase': words },
      })
      const receipt = isTry ? undefined : await awaitReceipt(agent, json)
      const heading = receipt === undefined ? 'Will be imported:' : 'Imported:'
      context.out.answer(json, [
        isTry ? 'This would change:' : heading,
        ...Object.entries(json as object).map(([n, v]) => `  ${n}: ${JSON.stringify(v)}`),
      ])
      return 0
    },
  },
  cleared('erase', 'Erases your data for good and gives a receipt.', '/1/erase', {}, [
    'Your data is erased. The receipt was reported and is kept on the device.',
  ]),
  cleared(
    'factory-reset',
    'Brings the secure defaults back and erases settings, accounts and your data.',
    '/1/reset',
    { level: 'factory' },
    [
      'The device is as it came from the factory, with its secure defaults. The receipt is kept on it.',
    ],
  ),
  cleared(
    'reset-settings',
    'Brings the secure defaults back; your data stays.',
    '/1/reset',
    { level: 'settings' },
    ['The settings are the secure defaults again.'],
  ),
]

function cleared(
  name: string,
  summary: string,
  path: string,
  more: Readonly<Record<string, Json>>,
  lines: readonly string[],
): AgentCommand {
  return {
    ...{ name, summary, usage: '[--confirm DEVICE]' },
    examples: [`fleetward-agent ${name}`, `fleetward-agent ${name} --confirm LG1-00017`],
    options: CONFIRM_OPTION,
    run: async (context) => {
      const agent = await context.agent()
      const confirm = textOf(context.values, 'confirm') ?? (await typedDevice(name))
      const begun = await agent.json(path, { method: 'POST', body: { ...more, confirm } })
      const receipt = await awaitReceipt(agent, begun)
      context.out.answer(receipt ?? begun, receipt === undefined ? NOT_YET : lines)
      return 0
    },
  }
}

async function typedDevice(name: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new UsageError(`${name} cannot be undone: give --confirm with the id of the device.`)
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await lines.question('This cannot be undone. Type the id of this device: ')
    return answer.trim()
  } finally {
    lines.close()
  }
}

async function passphrase({ values }: CommandContext, twice: boolean): Promise<string> {
  const file = textOf(values, 'passphrase-file')
  if (file === undefined) return askPassphrase(twice)
  return (await readFile(file, 'utf8')).replace(/\r?\n$/, '')
}
