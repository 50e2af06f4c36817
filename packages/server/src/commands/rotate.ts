/**
 * `rotate`: the next key of the server, by one command. What the offline desk has to sign for it is said; until then
 * the key of before goes on signing. Killed at any point, it can be started again.
 */
import { SERVER_ACTOR } from '../accounts/actor.ts'
import { SqlSealedSecrets } from '../adapters/sql/keys/sealed-columns.ts'
import { AuditKeys } from '../audit/audit-keys.ts'
import { rotateSeal } from '../secrets/rotate-seal.ts'
import { type Rotating, rotateKey, SERVER_PURPOSES } from '../server-keys/rotate-keys.ts'
import { SealedKeys } from '../server-keys/sealed-keys.ts'
import { PRODUCT_PURPOSES } from '../server-keys/server-key.ts'
import type { Settings } from '../settings.ts'
import { Authorities } from '../tls/authorities.ts'
import { type Beside, besideServer } from './beside.ts'
import {
  type CommandContext,
  CommandRefused,
  type ServerCommand,
  textOf,
  UsageError,
} from './command.ts'
import { rotateTotp } from './rotate-totp.ts'

const KNOWN = ['seal', 'audit', 'totp', ...SERVER_PURPOSES, ...PRODUCT_PURPOSES]

export const rotate: ServerCommand = {
  name: 'rotate',
  usage: `${KNOWN.join('|')} [--product NAME] [--stolen]`,
  summary: 'make the next key of the server, and say what the desk has to sign for it',
  examples: [
    'rotate seal --settings /etc/fleetward/server.json',
    'rotate director --product lumen-gateway-g1 --settings /etc/fleetward/server.json',
    'rotate director --product lumen-gateway-g1 --stolen --settings /etc/fleetward/server.json',
  ],
  options: { product: { type: 'string' }, stolen: { type: 'boolean' } },
  wordsMax: 1,
  run: async (context) => {
    const [what] = context.words
    if (what === 'seal') return runSeal(context)
    if (what === 'audit') return runAudit(context)
    if (what === 'totp') return rotateTotp(context)
    const rotating = rotatingOf(what, textOf(context.values, 'product'))
    await runKey(context, rotating)
  },
}

function rotatingOf(what: string | undefined, product: string | undefined): Rotating {
  const ofServer = SERVER_PURPOSES.find((purpose) => purpose === what)
  if (ofServer !== undefined) {
    if (product === undefined) return { purpose: ofServer }
    throw new UsageError(`${what} belongs to the whole server: leave out --product.`)
  }
  const purpose = PRODUCT_PURPOSES.find((each) => each === what)
  if (purpose === undefined) throw new UsageError(`Say what to rotate: ${KNOWN.join(', ')}.`)
  if (product === undefined)
    throw new UsageError(`Every product has a ${what} key: name it with --product.`)
  return { purpose, product }
}

async function runSeal({ settings, note, write }: CommandContext): Promise<void> {
  await besideServer(settings, async ({ outer, seal, connection, database, clock }) => {
    const now = seconds(clock.now())
    const { resealed, key, outerKey } = await rotateSeal({
      ...{ outer, seal, now },
      secrets: new SqlSealedSecrets(connection),
      stored: () => database.sealingKeys.all(),
      change: (work) => database.transaction(({ sealingKeys }) => work(sealingKeys)),
    })
    await noteDone(database, now, 'seal', { id: key })
    write(`${resealed} secrets are sealed anew under the data key ${key}.\n`)
    note(`The data key itself is sealed under ${outerKey}.`)
    if (outer.file !== undefined) {
      note(
        `${outer.file} is new: keep a copy of it apart from the backups, and give it to other instances before they start again.`,
      )
    }
    note(
      'A running server takes the new key at its next tick. What opened a day ago opens nothing after the next rotation.',
    )
  })
}

async function runAudit({ settings, note, write }: CommandContext): Promise<void> {
  await besideServer(settings, async ({ seal, database, clock }) => {
    const now = seconds(clock.now())
    const id = await new AuditKeys(database, seal).rotate(now)
    await noteDone(database, now, 'audit', { id })
    write(`Made: audit ${id}\n`)
    note('It signs from now on. What the keys of before signed about the audit log still verifies.')
  })
}

async function runKey(context: CommandContext, rotating: Rotating): Promise<void> {
  const { settings, values, note, write } = context
  const isStolen = values.stolen === true
  await besideServer(settings, async (beside) => {
    const { database, seal, clock } = beside
    const keys = new SealedKeys(seal)
    if ('product' in rotating) await requireProduct(beside, rotating.product)
    // A server that has never run has none yet.
    else await Authorities.open({ database, keys, clock })
    const done = await database.transaction(async (stores) => {
      const now = clock.now()
      const rotated = await rotateKey(stores, keys, rotating, { isStolen, now })
      await noteDone(
        stores,
        seconds(now),
        rotating.purpose,
        { ...rotated, stolen: isStolen },
        rotating,
      )
      return rotated
    })
    write(`${done.isNew ? 'Made' : 'Waiting already'}: ${rotating.purpose} ${done.id}\n`)
    for (const line of nextSteps(rotating, settings)) note(line)
  })
}

/** What a person does now, ready to be copied. */
function nextSteps(rotating: Rotating, { dataFolder }: Settings): readonly string[] {
  const server = `--token-file ${dataFolder}/admin-token`
  switch (rotating.purpose) {
    case 'tls':
      return [
        'A running server takes another TLS key at its next tick. The desk has nothing to sign.',
      ]
    case 'advisories':
      return [
        'Every published advisory is signed by it now. The desk has nothing to sign; programs take the new key from provider-metadata.json.',
      ]
    case 'server-ca':
      return [
        'A running server takes the new CA at its next tick. The old CA vouches for it, so devices follow; its key is destroyed.',
        'New factory packs hold the new CA: `fleetward factory pack` takes it from the server.',
      ]
    case 'fleet-ca':
      return [
        'The fleet CA of before goes on signing until the desk has signed trust/fleet-ca.pem, for every product:',
        ...signTargets('PRODUCT', server),
      ]
    case 'director':
    case 'commands':
      return [
        `The key of before goes on signing until the desk has signed trust/${rotating.purpose}.jwks:`,
        ...signTargets(rotating.product, server),
      ]
    case 'timestamp':
    case 'snapshot': {
      const { product } = rotating
      return [
        'The key of before goes on signing until the desk has signed root metadata that names the new one:',
        `  fleetward products show ${product} --save-server-keys server-keys.json ${server}`,
        `  fleetward root rotate --product ${product} --server-keys server-keys.json`,
        `  fleetward sign ${product}/root --key <name>   (as often as the root asks for)`,
        `  fleetward repository publish --product ${product} ${server}`,
      ]
    }
  }
}

function signTargets(product: string, server: string): readonly string[] {
  return [
    `  fleetward products show ${product} --save-server-keys server-keys.json ${server}`,
    `  fleetward repository renew --product ${product} --role targets --server-keys server-keys.json`,
    `  fleetward sign ${product}/targets --key <name>   (as often as the root asks for)`,
    `  fleetward repository publish --product ${product} ${server}`,
  ]
}

async function requireProduct({ database }: Beside, product: string): Promise<void> {
  if ((await database.products.find(product)) !== undefined) return
  const known = (await database.products.all()).map(({ id }) => id)
  throw new CommandRefused(
    `There is no product ${product}. There are: ${known.join(', ') || 'none'}.`,
  )
}

async function noteDone(
  { audit, events }: Pick<Beside['database'], 'audit' | 'events'>,
  at: number,
  what: string,
  after: { readonly id: string; readonly isNew?: boolean; readonly stolen?: boolean },
  rotating?: Rotating,
): Promise<void> {
  const product = rotating !== undefined && 'product' in rotating ? rotating.product : undefined
  const entry = { at, actor: SERVER_ACTOR, action: 'key.rotated', product, subject: `key/${what}` }
  await audit.append({ ...entry, after, outcome: 'done' })
  await events.add({ at, type: 'security.key-rotated', product, data: { subject: entry.subject } })
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000)
}
