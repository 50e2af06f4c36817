/**
 * `fleetward repository renew`: the next version of a role with a new lifetime, and for targets with
 * other files under `trust/` when the server or the factory settings have changed (protocol §3.5).
 */
import { type Command, Option } from 'commander'
import type { DeskFolder } from '../../desk/desk-folder.ts'
import { FACTORY_SETTINGS_NAME } from '../../desk/factory-settings-file.ts'
import { OFFLINE_DIRECTOR, offlineDirectorSet } from '../../desk/offline-director.ts'
import { parseOnlineKeys } from '../../desk/online-keys.ts'
import { draftRenewal } from '../../desk/renewal-draft.ts'
import { saveServerCa } from '../../desk/repository-draft.ts'
import type { OfflineRole } from '../../desk/signed-metadata.ts'
import { Refusal } from '../../refusal.ts'
import {
  deskOf,
  draftsOutcome,
  productOption,
  readFactorySettings,
  readNamedFile,
  repeated,
  replaceDraftOption,
  type Surroundings,
  withExamples,
} from '../command-line.ts'

interface RenewOptions {
  readonly product: string
  readonly role: Exclude<OfflineRole, 'root'>
  readonly serverKeys?: string
  readonly factorySettings?: string
  readonly offlineDirectorKey: readonly string[]
  readonly replaceDraft: boolean
}

export function addRepositoryRenew(repository: Command, { now, finish }: Surroundings): void {
  const renew = repository
    .command('renew')
    .description('draft the next version of a role: a new lifetime, other files under trust/')
    .addOption(productOption())
    .addOption(
      new Option('--role <role>', 'for root see `root rotate`')
        .choices(['targets', 'security', 'functionality'])
        .makeOptionMandatory(),
    )
    .option('--server-keys <file>', 'targets: what `products show --json` prints now')
    .option('--factory-settings <file>', 'targets: other factory settings, JSON')
    .option(
      '--offline-director-key <key>',
      'targets: may sign bundles, in place of those before, repeatable',
      repeated,
      [],
    )
    .addOption(replaceDraftOption())
    .action(async (options: RenewOptions, command: Command) => {
      const desk = deskOf(command)
      const trust = await readTrust(desk, options)
      if (trust.size > 0 && options.role !== 'targets') {
        throw new Refusal('TRUST_IN_TARGETS', 'Files under trust/ are signed by targets', {
          next: 'Give --role targets.',
          usage: true,
        })
      }
      const replace = { replace: options.replaceDraft }
      const draft = await draftRenewal(desk, options.product, options.role, trust, now(), replace)
      finish(draftsOutcome(options.product, [draft]))
    })
  withExamples(
    renew,
    'repository renew --product lumen-gateway-g1 --role security',
    'repository renew --product lumen-gateway-g1 --role targets --server-keys server-keys.json',
    'repository renew --product lumen-gateway-g1 --role targets --offline-director-key offline-director-1',
  )
}

async function readTrust(
  desk: DeskFolder,
  options: RenewOptions,
): Promise<Map<string, Uint8Array>> {
  const trust = new Map<string, Uint8Array>()
  if (options.serverKeys !== undefined) {
    const answer = await parseOnlineKeys(await readNamedFile(options.serverKeys), options.product)
    for (const [name, bytes] of answer.trust) trust.set(name, bytes)
    await saveServerCa(desk, answer)
  }
  if (options.factorySettings !== undefined) {
    trust.set(FACTORY_SETTINGS_NAME, await readFactorySettings(options.factorySettings))
  }
  if (options.offlineDirectorKey.length > 0) {
    trust.set(OFFLINE_DIRECTOR, await offlineDirectorSet(desk, options.offlineDirectorKey))
  }
  return trust
}
