/**
 * Keys of a data folder from before they were sealed. Each is sealed into the database first, opened from there and
 * compared, and only then its file goes; killed anywhere in between, the next start goes on.
 */
import { X509Certificate } from 'node:crypto'
import { readdir, readFile, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { loadPrivateKey, removeDurably, type SigningKey } from '@fleetward/platform'
import { isName } from '@fleetward/shared'
import type { Logger } from 'pino'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import { authorityOf, newAuthority } from '../tls/certificate-authority.ts'
import { authorityId } from './listed-keys.ts'
import { newProductKey } from './product-keys.ts'
import type { SealedKeys } from './sealed-keys.ts'
import { PRODUCT_PURPOSES, type ServerKey, WHOLE_SERVER } from './server-key.ts'

export interface PlainKeysNeeds {
  readonly dataFolder: string
  readonly database: Database
  readonly keys: SealedKeys
  readonly clock: Clock
  readonly log: Logger
}

export async function sealPlainKeys(needs: PlainKeysNeeds): Promise<void> {
  const { dataFolder, keys, clock } = needs
  const createdAt = secondsOf(clock)
  const folder = join(dataFolder, 'keys')
  for (const product of (await namesIn(folder)).filter((name) => isName(name))) {
    for (const purpose of PRODUCT_PURPOSES) {
      const file = join(folder, product, `${purpose}.pem`)
      await sealPlainKey(needs, file, (key) =>
        newProductKey(keys, { product, purpose, createdAt }, key),
      )
    }
    await removeEmpty(join(folder, product))
  }
  await removeEmpty(folder)
  for (const name of ['server-ca', 'fleet-ca'] as const) await sealPlainAuthority(needs, name)
  // Its key is made anew, sealed, at this start.
  const certificate = join(dataFolder, 'tls', 'server.pem')
  if ((await readIfThere(certificate)) !== undefined) await removeDurably(certificate)
  await removeEmpty(join(dataFolder, 'tls'))
}

/**
 * An authority that is gone cannot be made again without locking out every device in the field, so a
 * certificate whose key is nowhere is an error for a person, never a reason to start afresh.
 */
async function sealPlainAuthority(
  needs: PlainKeysNeeds,
  name: 'server-ca' | 'fleet-ca',
): Promise<void> {
  const { dataFolder, database, keys, clock } = needs
  const keyFile = join(dataFolder, 'ca', `${name}-key.pem`)
  const certificateFile = join(dataFolder, 'ca', `${name}.pem`)
  const pem = await readIfThere(certificateFile)
  const isOlder = pem !== undefined && (await readIfThere(keyFile)) !== undefined
  if (name === 'fleet-ca' && isOlder) {
    // There has been one alone: what is on record is of that one.
    await database.serverKeys.adoptCertificates(authorityId(new X509Certificate(pem)))
  }
  await sealPlainKey(needs, keyFile, async (key) => {
    // The key was written first: one without a certificate is a first start that was cut off.
    const certificate = pem ?? (await newAuthority(name, clock.now(), { key })).pem
    const { id, pem: own } = await authorityOf(certificate, key)
    const stored = { purpose: name, product: WHOLE_SERVER, id, public: own }
    return keys.sealed(stored, key, secondsOf(clock))
  })
  const ring = await database.serverKeys.ring(name, WHOLE_SERVER)
  if (pem === undefined || ring.length > 0) return
  throw new Error(
    `${certificateFile} is there, and its key neither beside it nor in the database. Devices trust this authority: restore database and key from one backup. To begin anew, without any device, remove the folder ${join(dataFolder, 'ca')}.`,
  )
}

/** `asStored` makes of it what the database keeps. Nothing happens when there is no such file. */
export async function sealPlainKey(
  { database, keys, log }: Pick<PlainKeysNeeds, 'database' | 'keys' | 'log'>,
  file: string,
  asStored: (key: SigningKey) => Promise<ServerKey>,
): Promise<void> {
  const pem = await readIfThere(file)
  if (pem === undefined) return
  const plain = loadPrivateKey(pem)
  const sealed = await asStored(plain)
  const kept = await database.transaction(async ({ serverKeys }) => {
    const ring = await serverKeys.ring(sealed.purpose, sealed.product)
    // Sealed before a start that was cut off here.
    const known = ring.find(({ id }) => id === sealed.id)
    if (known !== undefined) return known
    if (ring.length > 0) {
      throw new Error(
        `${file} is another key than the one in the database. Restore both from the same backup, or remove the file if it is the older one.`,
      )
    }
    await serverKeys.add(sealed)
    return (await serverKeys.ring(sealed.purpose, sealed.product))[0]
  })
  if (kept === undefined || (await keys.open(kept)).plainPem() !== plain.plainPem()) {
    throw new Error(`${file} was sealed and does not open again; the file stays as it is.`)
  }
  await removeDurably(file)
  log.info({ event: 'plain-key-sealed', file }, 'A key is sealed now, and its plain file removed')
}

export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Other files in it are not ours to judge. */
async function removeEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(code)) throw error
  }
}
