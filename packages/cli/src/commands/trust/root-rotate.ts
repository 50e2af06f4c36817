/** `fleetward root rotate`: who may sign, changed. The old keys and the new ones have to agree. */
import type { Command } from 'commander'
import type { DeskFolder } from '../../desk/desk-folder.ts'
import { findPublicKey } from '../../desk/key-file.ts'
import { draftRotation, type KeyChanges } from '../../desk/key-rotation.ts'
import { parseOnlineKeys } from '../../desk/online-keys.ts'
import { OFFLINE_ROLES } from '../../desk/signed-metadata.ts'
import { Refusal } from '../../refusal.ts'
import {
  deskOf,
  draftsOutcome,
  productOption,
  readNamedFile,
  repeated,
  replaceDraftOption,
  type Surroundings,
  withExamples,
} from '../command-line.ts'

interface RotateOptions {
  readonly product: string
  readonly addKey: readonly string[]
  readonly removeKey: readonly string[]
  readonly threshold: readonly string[]
  readonly serverKeys?: string
  readonly replaceDraft: boolean
}

export function addRootRotate(root: Command, { now, finish }: Surroundings): void {
  const rotate = root
    .command('rotate')
    .description('draft the next root (and targets): other keys, other thresholds, a new lifetime')
    .addOption(productOption())
    .option('--add-key <role=key>', 'a key may sign a role from now on, repeatable', repeated, [])
    .option('--remove-key <role=key>', 'a key may no longer sign a role, repeatable', repeated, [])
    .option('--threshold <role=n>', 'how many must sign a role, repeatable', repeated, [])
    .option('--server-keys <file>', 'the server has new keys: what `products show` saved')
    .addOption(replaceDraftOption())
    .action(async (options: RotateOptions, command: Command) => {
      const desk = deskOf(command)
      const changes = await readChanges(desk, options)
      const replace = { replace: options.replaceDraft }
      const drafts = await draftRotation(desk, options.product, changes, now(), replace)
      finish(draftsOutcome(options.product, drafts))
    })
  withExamples(
    rotate,
    'root rotate --product lumen-gateway-g1 --remove-key root=root-3 --add-key root=root-4',
    'root rotate --product lumen-gateway-g1 --add-key security=security-2 --threshold security=2',
    'root rotate --product lumen-gateway-g1',
  )
}

async function readChanges(desk: DeskFolder, options: RotateOptions): Promise<KeyChanges> {
  const add = options.addKey.map(splitPair).map(async ([role, name]) => {
    return { role, key: (await findPublicKey(desk, name)).tufKey }
  })
  const remove = options.removeKey.map(splitPair).map(async ([role, name]) => {
    return { role, keyId: (await findPublicKey(desk, name)).keyId }
  })
  const thresholds = options.threshold.map(splitPair).map(([role, number]) => {
    if (!/^\d{1,3}$/.test(number)) throw notAPair(`${role}=${number}`)
    return [role, Number(number)] as const
  })
  const online =
    options.serverKeys === undefined
      ? {}
      : { online: await parseOnlineKeys(await readNamedFile(options.serverKeys), options.product) }
  return {
    ...online,
    add: await Promise.all(add),
    remove: await Promise.all(remove),
    thresholds: new Map(thresholds),
  }
}

function splitPair(text: string): readonly [role: string, value: string] {
  const at = text.indexOf('=')
  const role = text.slice(0, at)
  if (at < 1 || !(OFFLINE_ROLES as readonly string[]).includes(role)) {
    throw notAPair(text)
  }
  return [role, text.slice(at + 1)]
}

function notAPair(text: string): Refusal {
  return new Refusal('ROLE_AND_VALUE_INVALID', `${text} cannot be understood`, {
    next: `Write role=name or role=number; roles are ${OFFLINE_ROLES.join(', ')}.`,
    usage: true,
  })
}
