/** `fleetward devices send|commands`: what devices are asked to do. */
import { Argument, type Command, Option } from 'commander'
import { Refusal } from '../../refusal.ts'
import { type Surroundings, withExamples } from '../command-line.ts'
import { openServer } from '../server-options.ts'
import { devicePath, type OnProduct, onProduct } from './device-choice.ts'
import { moment } from './device-view.ts'

interface Intent {
  readonly command: string
  readonly state: string
  readonly createdAt: number
  readonly sentAt?: number
}

type SendOptions = OnProduct & { readonly level?: string; readonly yes?: boolean }

export function addDeviceCommands(devices: Command, { terminal, finish }: Surroundings): void {
  const send = onProduct(
    devices
      .command('send')
      .description('ask a device to do something; it waits until the device is there')
      .argument('<device>', 'its id')
      .addArgument(
        new Argument('<command>', 'what').choices(['check-now', 'factory-reset', 'erase']),
      ),
  )
    .addOption(new Option('--level <level>', 'of a factory reset').choices(['settings', 'factory']))
    .option('--yes', 'do not ask')
    .action(async (device: string, command: string, options: SendOptions) => {
      const question = `Send ${command} to ${device}? Its owner loses what it takes away.`
      if (command !== 'check-now' && options.yes !== true && !(await terminal.confirm(question))) {
        throw new Refusal('NOT_CONFIRMED', 'Nothing was sent', {
          next: 'Repeat the command and answer y, or give --yes.',
        })
      }
      const client = await openServer(options, terminal)
      const intent = (await client.post(devicePath(options, device, '/commands'), {
        command,
        ...(options.level === undefined ? {} : { arguments: { level: options.level } }),
      })) as Intent
      finish({ json: intent, lines: [lineOf(intent)] })
    })
  withExamples(
    send,
    'devices send lumen-0001 check-now --product lumen-gateway-g1 --token-file admin-token',
  )

  const list = onProduct(
    devices
      .command('commands')
      .description('what a device was asked to do, the newest first')
      .argument('<device>', 'its id'),
  ).action(async (device: string, options: OnProduct) => {
    const client = await openServer(options, terminal)
    const all = (await client.get(devicePath(options, device, '/commands'))) as Intent[]
    const lines = all.length === 0 ? ['It was asked nothing.'] : all.map(lineOf)
    finish({ json: { commands: all }, lines })
  })
  withExamples(
    list,
    'devices commands lumen-0001 --product lumen-gateway-g1 --token-file admin-token',
  )
}

function lineOf({ command, state, createdAt, sentAt }: Intent): string {
  const when = sentAt === undefined ? `waits since ${moment(createdAt)}` : `sent ${moment(sentAt)}`
  return `${command.padEnd(16)} ${state.padEnd(8)} ${when}`
}
