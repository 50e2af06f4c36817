/** `fleetward factory pack`: what a device gets in the factory, and believes from then on (protocol §10). */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { makeDirectory, writeFileDurably } from '@fleetward/platform'
import { type Command, InvalidArgumentError } from 'commander'
import { namesIn } from '../../desk/desk-folder.ts'
import { FACTORY_SETTINGS_NAME } from '../../desk/factory-settings-file.ts'
import { requireSigned } from '../../desk/metadata-file.ts'
import { requireTargetFile } from '../../desk/target-files.ts'
import { Refusal } from '../../refusal.ts'
import {
  deskOf,
  durationSeconds,
  productOption,
  type Surroundings,
  withExamples,
} from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'

const FACTORY_SETTINGS = `trust/${FACTORY_SETTINGS_NAME}`

interface PackOptions extends ServerOptions {
  readonly product: string
  readonly cohort: string
  readonly device?: string
  readonly valid?: number
  readonly host: string
  readonly publicUrl?: string
  readonly deviceUrl?: string
  readonly mqttUrl?: string
  readonly out: string
}

export function addFactoryPack(factory: Command, { terminal, finish }: Surroundings): void {
  const pack = withServer(
    factory
      .command('pack')
      .description('make the folder with which one device leaves the factory')
      .addOption(productOption())
      .requiredOption('--cohort <name>', 'where the device begins')
      .option('--device <id>', 'the only device that may use it')
      .option('--valid <duration>', 'how long its enrolment token can be used', durationSeconds)
      .option('--host <name>', 'where devices reach the server', hostName, 'localhost')
      .option('--public-url <url>', 'instead of https://<host>:8444', urlOf('https:'))
      .option('--device-url <url>', 'instead of https://<host>:8443', urlOf('https:'))
      .option('--mqtt-url <url>', 'instead of mqtts://<host>:8883', urlOf('mqtts:'))
      .requiredOption('--out <folder>', 'made by this command, or empty'),
  ).action(async (options: PackOptions, command: Command) => {
    const desk = deskOf(command)
    const { product, cohort, device } = options
    const out = resolve(options.out)
    if ((await namesIn(out)).length > 0) {
      throw new Refusal('FOLDER_NOT_EMPTY', `${out} is not empty`, {
        next: 'Name a new folder: every device needs a pack of its own.',
      })
    }
    const root = await requireSigned(desk, product, 'root')
    const targets = await requireSigned(desk, product, 'targets')
    const settings = targets.metadata.signed.targets.get(FACTORY_SETTINGS)
    const client = await openServer(options, terminal)
    const { serverCa } = (await client.get(`/products/${product}`)) as { serverCa: string }
    if (serverCa !== (await readFile(desk.serverCa(product), 'utf8'))) {
      terminal.note(
        'warning: the server has another certificate authority than when this desk was set up; make sure that this is meant.',
      )
    }
    const { token, expiresAt } = (await client.post(`/products/${product}/enrolment-tokens`, {
      cohort,
      ...(device === undefined ? {} : { device }),
      ...(options.valid === undefined ? {} : { validSeconds: options.valid }),
    })) as { token: string; expiresAt: number }

    const server = {
      public: options.publicUrl ?? `https://${options.host}:8444`,
      device: options.deviceUrl ?? `https://${options.host}:8443`,
      mqtt: options.mqttUrl ?? `mqtts://${options.host}:8883`,
    }
    await makeDirectory(out, 0o700)
    await writeFileDurably(join(out, 'root.json'), root.bytes)
    await writeFileDurably(join(out, 'server-ca.pem'), serverCa)
    await writeFileDurably(
      join(out, 'factory.json'),
      `${JSON.stringify({ product, cohort, server }, null, 2)}\n`,
    )
    if (settings !== undefined) {
      const { length, hashes } = settings
      const listed = { length, sha256: hashes.get('sha256') ?? '' }
      const file = await requireTargetFile(desk, product, FACTORY_SETTINGS, listed)
      await writeFileDurably(join(out, FACTORY_SETTINGS_NAME), await readFile(file))
      // Vouches for them when a device is reset far from any network.
      await writeFileDurably(join(out, 'targets.json'), targets.bytes)
    }
    // Last: a folder without it is no pack yet.
    await writeFileDurably(join(out, 'enrolment-token'), `${token}\n`, { mode: 0o600 })
    const until = new Date(expiresAt * 1000).toISOString()
    finish({
      json: {
        product,
        cohort,
        ...(device === undefined ? {} : { device }),
        folder: out,
        server,
        expiresAt,
      },
      lines: [
        `factory pack for ${device ?? 'one device'} of ${product}, cohort ${cohort}: ${out}`,
        `Its token enrols one device, once, until ${until}.`,
      ],
    })
  })
  withExamples(
    pack,
    'factory pack --product lumen-gateway-g1 --cohort field --device lumen-0001 --host updates.example.com --out packs/lumen-0001 --token-file admin-token',
  )
}

/** A name, an IPv4 address or a bracketed IPv6 one; a port belongs into the URLs. */
function hostName(text: string): string {
  const url = URL.parse(`https://${text}`)
  if (url !== null && url.host === text.toLowerCase() && url.port === '') return text
  throw new InvalidArgumentError(
    'Give a name or an address alone, for example updates.example.com.',
  )
}

const urlOf = (protocol: string) => (text: string) => {
  if (URL.parse(text)?.protocol === protocol) return text.replace(/\/$/, '')
  throw new InvalidArgumentError(`It has to begin with ${protocol}//.`)
}
