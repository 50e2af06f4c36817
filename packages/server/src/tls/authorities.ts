/**
 * The authorities of this server as they are now, in memory: handshakes ask for them without a database. Other
 * instances and commands change them; {@link Authorities.refresh} looks again.
 *
 * An authority that is gone cannot be made again without locking out every device in the field, so
 * one is made only for a server that has never had one.
 */
import { type Clock, secondsOf } from '../ports.ts'
import { signingKey, toBeListed } from '../server-keys/key-ring.ts'
import type { SealedKeys } from '../server-keys/sealed-keys.ts'
import { type ServerKey, WHOLE_SERVER } from '../server-keys/server-key.ts'
import type { Database, Stores } from '../stores.ts'
import {
  authorityOf,
  type CertificateAuthority,
  newAuthority,
  vouchFor,
} from './certificate-authority.ts'

export interface AuthoritiesNeeds {
  readonly database: Database
  readonly keys: SealedKeys
  readonly clock: Clock
}

/** By then every instance has looked again, and its listeners take what the new authority signs. */
const EVERY_INSTANCE_KNOWS_SECONDS = 600

export type AuthorityName = 'fleet-ca' | 'server-ca'

export class Authorities {
  readonly #needs: AuthoritiesNeeds
  #fleet: readonly CertificateAuthority[] = []
  #server: CertificateAuthority | undefined
  #serverChain = ''
  #seen = ''

  private constructor(needs: AuthoritiesNeeds) {
    this.#needs = needs
  }

  static async open(needs: AuthoritiesNeeds): Promise<Authorities> {
    const authorities = new Authorities(needs)
    for (const name of ['server-ca', 'fleet-ca'] as const) await makeFirst(needs, name)
    await authorities.refresh()
    return authorities
  }

  /** Oldest first: what any of them signed is let in, as far as it is on record. */
  get fleet(): readonly CertificateAuthority[] {
    return this.#fleet
  }

  get fleetPem(): string {
    return this.#fleet.map(({ pem }) => pem).join('')
  }

  get server(): CertificateAuthority {
    if (this.#server === undefined) throw new Error('the server CA is not open')
    return this.#server
  }

  /** What leads from former server CAs to this one, PEM; '' where there was none. */
  get serverChain(): string {
    return this.#serverChain
  }

  /** True when something changed. */
  async refresh(): Promise<boolean> {
    const { database, keys } = this.#needs
    const fleet = await database.serverKeys.ring('fleet-ca', WHOLE_SERVER)
    const [server] = await database.serverKeys.ring('server-ca', WHOLE_SERVER)
    if (server === undefined) throw new Error('the server CA is gone from the database')
    const seen = [...fleet, server].map((key) => key.public).join()
    if (seen === this.#seen) return false
    const open = async (key: ServerKey) => authorityOf(key.public, await keys.open(key))
    this.#fleet = await Promise.all(fleet.map(open))
    this.#server = await open(server)
    this.#serverChain = server.public.slice(this.#server.pem.length)
    this.#seen = seen
    return true
  }

  /** The newest that the product's published metadata lists and every instance knows. */
  async issuing(product: string): Promise<CertificateAuthority> {
    const { database, clock } = this.#needs
    const ring = await database.serverKeys.ring('fleet-ca', WHOLE_SERVER)
    const known = secondsOf(clock) - EVERY_INSTANCE_KNOWS_SECONDS
    const settled = ring.filter(({ createdAt }, i) => i === 0 || createdAt <= known)
    const { id } = signingKey(settled, await database.serverKeys.listed(product, 'fleet-ca'))
    const found = this.#fleet.find((authority) => authority.id === id)
    if (found !== undefined) return found
    await this.refresh()
    return this.#fleet.find((authority) => authority.id === id) ?? oldest(this.#fleet)
  }

  /** What the manufacturer signs as `trust/fleet-ca.pem`. */
  async fleetToBeListed(): Promise<string> {
    const { database, clock } = this.#needs
    const ring = await database.serverKeys.ring('fleet-ca', WHOLE_SERVER)
    const now = secondsOf(clock)
    return toBeListed(ring, now)
      .map((key) => key.public)
      .join('')
  }
}

function oldest([first]: readonly CertificateAuthority[]): CertificateAuthority {
  if (first === undefined) throw new Error('the fleet CA is not open')
  return first
}

async function makeFirst({ database, keys, clock }: AuthoritiesNeeds, name: AuthorityName) {
  await database.transaction(async ({ serverKeys }) => {
    if ((await serverKeys.ring(name, WHOLE_SERVER)).length > 0) return
    const made = await newAuthority(name, clock.now())
    await serverKeys.add(await storedAuthority(keys, name, made, clock.now()))
  })
}

export function storedAuthority(
  keys: SealedKeys,
  purpose: AuthorityName,
  { id, pem, key }: Awaited<ReturnType<typeof newAuthority>>,
  now: Date,
): Promise<ServerKey> {
  const createdAt = Math.floor(now.getTime() / 1000)
  return keys.sealed({ purpose, product: WHOLE_SERVER, id, public: pem }, key, createdAt)
}

/**
 * Another server CA, at once: its predecessor vouches for it and is destroyed in the same transaction, so nothing
 * of it can be stolen afterwards. Devices learn the new one from the chain, new factory packs hold it alone.
 */
export async function replaceServerAuthority(
  { serverKeys }: Pick<Stores, 'serverKeys'>,
  keys: SealedKeys,
  now: Date,
): Promise<string> {
  const [old] = await serverKeys.ring('server-ca', WHOLE_SERVER)
  if (old === undefined) throw new Error('there is no server CA')
  const before = await authorityOf(old.public, await keys.open(old))
  const { subject } = before.certificate
  const made = await newAuthority('server-ca', now, { subject })
  const successor = await authorityOf(made.pem, made.key)
  const chain = `${await vouchFor(successor, before, now)}${old.public.slice(before.pem.length)}`
  const stored = await storedAuthority(keys, 'server-ca', { ...made, pem: made.pem + chain }, now)
  await serverKeys.add(stored)
  await serverKeys.remove(old)
  return made.id
}
