/** `fleetward repository init`: who may sign what, written down for the first time. */
import type { Command } from 'commander'
import type { DeskFolder } from '../../desk/desk-folder.ts'
import { findPublicKey } from '../../desk/key-file.ts'
import { OFFLINE_DIRECTOR, offlineDirectorSet } from '../../desk/offline-director.ts'
import { parseOnlineKeys } from '../../desk/online-keys.ts'
import { draftRepository } from '../../desk/repository-draft.ts'
import { type KeyHolders, OFFLINE_ROLES, type OfflineRole } from '../../desk/signed-metadata.ts'
import { Refusal } from '../../refusal.ts'
import {
  deskOf,
  readFactorySettings,
  readNamedFile,
  repeated,
  type Surroundings,
  wholeNumber,
  withExamples,
} from '../command-line.ts'

type InitOptions = {
  readonly serverKeys: string
  readonly factorySettings?: string
  readonly offlineDirectorKey: readonly string[]
} & { readonly [Role in OfflineRole as `${Role}Key`]: readonly string[] } & {
  readonly [Role in OfflineRole as `${Role}Threshold`]?: number
}

const WHAT_ONE_KEY_CAN_DO: Readonly<Record<OfflineRole, string>> = {
  root: 'replace all other keys and take over every device of the product',
  targets: 'replace the release keys and the keys of the server',
  security: 'sign security releases, which devices install by themselves',
  functionality: 'sign functionality releases',
}

export function addRepositoryInit(
  repository: Command,
  { terminal, now, finish }: Surroundings,
): void {
  const init = repository
    .command('init')
    .description('draft the first metadata of a product: whose keys sign what')
    .argument('<product>', 'its name, for example lumen-gateway-g1')
  for (const role of OFFLINE_ROLES) {
    init
      .option(
        `--${role}-key <key>`,
        `may sign ${role}: a key of this desk or a .pub.json, repeatable`,
        repeated,
        [],
      )
      .option(
        `--${role}-threshold <n>`,
        `how many of them must sign ${role}; more than half when not given`,
        wholeNumber,
      )
  }
  init
    .requiredOption('--server-keys <file>', 'what `products create --save-server-keys` wrote')
    .option('--factory-settings <file>', 'what a device is set to when it leaves the factory, JSON')
    .option('--offline-director-key <key>', 'may sign offline bundles, repeatable', repeated, [])
    .action(async (product: string, options: InitOptions, command: Command) => {
      const desk = deskOf(command)
      const online = await parseOnlineKeys(await readNamedFile(options.serverKeys), product)
      const holders = {
        root: await holdersFrom(desk, 'root', options),
        targets: await holdersFrom(desk, 'targets', options),
        security: await holdersFrom(desk, 'security', options),
        functionality: await holdersFrom(desk, 'functionality', options),
      }
      const factorySettings =
        options.factorySettings === undefined
          ? {}
          : { factorySettings: await readFactorySettings(options.factorySettings) }
      if (options.offlineDirectorKey.length > 0) {
        const set = await offlineDirectorSet(desk, options.offlineDirectorKey)
        online.trust.set(OFFLINE_DIRECTOR, set)
      }
      const plan = { product, holders, online, ...factorySettings }
      const drafts = await draftRepository(desk, plan, now())

      const warnings = OFFLINE_ROLES.filter((role) => holders[role].threshold === 1).map(
        (role) =>
          `${role} has threshold 1: whoever gets hold of a single key of it can ${WHAT_ONE_KEY_CAN_DO[role]}.`,
      )
      for (const warning of warnings) terminal.note(`warning: ${warning}`)
      finish({
        json: {
          product,
          drafts: drafts.map(({ role, signed, path }) => ({ role, version: signed.version, path })),
          warnings,
        },
        lines: [
          ...drafts.map(({ role, path }) => {
            const { threshold, keys } = holders[role]
            return `drafted ${role.padEnd(13)} ${threshold} of ${keys.length} must sign   ${path}`
          }),
          `Next: fleetward sign ${product}/root --key <name>, then targets, security, functionality.`,
        ],
      })
    })
  withExamples(
    init,
    'repository init lumen-gateway-g1 --root-key root-1 --root-key root-2 --root-key root-3 --root-threshold 2 --targets-key root-1 --targets-key root-2 --security-key security-1 --functionality-key function-1 --server-keys server-keys.json',
  )
}

async function holdersFrom(
  desk: DeskFolder,
  role: OfflineRole,
  options: InitOptions,
): Promise<KeyHolders> {
  const names = options[`${role}Key`]
  if (names.length === 0) {
    throw new Refusal('KEY_MISSING', `No key may sign ${role}`, {
      next: `Give --${role}-key, once for each key.`,
      usage: true,
    })
  }
  const keys = await Promise.all(names.map((name) => findPublicKey(desk, name)))
  const majority = Math.floor(new Set(keys.map(({ keyId }) => keyId)).size / 2) + 1
  return {
    keys: keys.map(({ tufKey }) => tufKey),
    threshold: options[`${role}Threshold`] ?? majority,
  }
}
