/**
 * Servers that share a PostgreSQL find each other through one connection each: the leader holds an advisory lock
 * on it, bells are NOTIFY. Both end with the connection, so a server that dies or is cut off leads no longer, and
 * another one does within {@link TRY_MS}.
 *
 * A second lock says whose broker it is: a server with an embedded broker needs the database for itself, because
 * what it publishes reaches only its own devices; servers with one outside broker share the lock.
 */

import { Client } from 'pg'
import type { Logger } from 'pino'
import { BELLS, type Bell, type Instances, Listeners } from '../../../instances/instances.ts'
import type { DatabasePlace } from '../database.ts'
import { NotAloneError } from './not-alone.ts'
import { withPassword } from './postgres-url.ts'

/** How often a server that does not lead tries to, and one that lost its connection to come back. */
const TRY_MS = 1_000
/** A connection that is silently gone is noticed after about this long. */
const KEEP_ALIVE_MS = 10_000
const CONNECT_MS = 5_000
/**
 * A machine that loses its power ends no connection. By itself PostgreSQL would notice after two hours, and after a
 * quarter of an hour where a bell rang in between: so long nobody could lead.
 */
const NOTICE_DEAD_PEERS = `SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5;
  SET tcp_keepalives_count = 3; SET tcp_user_timeout = 25000`
const CHANNEL = 'fleetward'
/** As in alone.ts: any numbers that are nobody else's in this database. */
const LEADER_LOCK = 0x66_6c_65_65_75
const BROKER_LOCK = 0x66_6c_65_65_76

export interface PostgresInstancesOptions {
  readonly place: Extract<DatabasePlace, { url: string }>
  readonly broker: 'embedded' | 'outside'
  readonly log: Logger
}

export class PostgresInstances implements Instances {
  readonly #options: PostgresInstancesOptions
  readonly #listeners = new Listeners()
  #client: Client | undefined
  #leads = false
  #timer: NodeJS.Timeout | undefined
  #trying: Promise<void> = Promise.resolve()
  #stopped = false

  private constructor(options: PostgresInstancesOptions) {
    this.#options = options
  }

  /** NotAloneError when the brokers do not fit together. */
  static async open(options: PostgresInstancesOptions): Promise<PostgresInstances> {
    const instances = new PostgresInstances(options)
    try {
      await instances.#connect()
      await instances.#tryToLead()
    } catch (error) {
      await instances.stop()
      throw error
    }
    instances.#tryLater()
    return instances
  }

  leads(): boolean {
    return this.#leads
  }

  watch(listener: (leads: boolean) => void): () => void {
    return this.#listeners.watch(listener)
  }

  ring(bell: Bell): void {
    const heardByAll = this.#client?.query('SELECT pg_notify($1, $2)', [CHANNEL, bell])
    if (heardByAll === undefined) this.#listeners.rang(bell)
    // Not told to the others, but to this one: it may be the leader.
    else heardByAll.catch(() => this.#listeners.rang(bell))
  }

  onRing(bell: Bell, listener: () => void): () => void {
    return this.#listeners.onRing(bell, listener)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#trying
    const client = this.#client
    this.#lost()
    await client?.end().catch(() => {})
  }

  async #connect(): Promise<void> {
    const client = new Client({
      connectionString: withPassword(this.#options.place),
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      application_name: 'fleetward-instance',
    })
    // Unheard, an error of an idle connection ends the process.
    client.on('error', () => this.#lost(client))
    client.on('end', () => this.#lost(client))
    client.on('notification', ({ payload }) => {
      const bell = BELLS.find((known) => known === payload)
      if (bell !== undefined) this.#listeners.rang(bell)
    })
    await client.connect()
    try {
      await client.query(NOTICE_DEAD_PEERS)
      await client.query(`LISTEN ${CHANNEL}`)
      await this.#shareBroker(client)
    } catch (error) {
      await client.end().catch(() => {})
      throw error
    }
    this.#client = client
  }

  async #shareBroker(client: Client): Promise<void> {
    const isAlone = this.#options.broker === 'embedded'
    const lock = isAlone ? 'pg_try_advisory_lock' : 'pg_try_advisory_lock_shared'
    const { rows } = await client.query(`SELECT ${lock}($1::bigint) AS got`, [BROKER_LOCK])
    if (rows[0]?.got === true) return
    throw new NotAloneError(
      isAlone
        ? 'Another server uses this database. Several servers need one broker that all of them and all devices reach: set "broker" in the settings of each.'
        : 'A server with an embedded broker uses this database. End it, or set "broker" in its settings too.',
    )
  }

  async #tryToLead(): Promise<void> {
    if (this.#leads || this.#client === undefined) return
    const { rows } = await this.#client.query('SELECT pg_try_advisory_lock($1::bigint) AS got', [
      LEADER_LOCK,
    ])
    if (rows[0]?.got !== true) return
    this.#leads = true
    this.#options.log.info({ event: 'leading' }, 'this server leads')
    this.#listeners.leadershipChanged(true)
  }

  #tryLater(): void {
    if (this.#stopped) return
    this.#timer = setTimeout(() => {
      this.#trying = this.#again().finally(() => this.#tryLater())
    }, TRY_MS)
    this.#timer.unref()
  }

  async #again(): Promise<void> {
    try {
      if (this.#client === undefined) await this.#connect()
      await this.#tryToLead()
    } catch (error) {
      this.#options.log.warn({ err: error }, 'the database of the servers cannot be reached')
    }
  }

  #lost(client = this.#client): void {
    if (client !== this.#client) return
    this.#client = undefined
    if (!this.#leads) return
    this.#leads = false
    this.#options.log.warn({ event: 'not-leading' }, 'this server does not lead any more')
    this.#listeners.leadershipChanged(false)
  }
}
