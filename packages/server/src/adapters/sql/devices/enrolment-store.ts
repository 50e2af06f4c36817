import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type {
  Admission,
  DeviceCertificate,
  EnrolledDevice,
  Enrolment,
  EnrolmentStore,
} from '../../../enrolment/enrolment-store.ts'
import type { EnrolmentToken } from '../../../enrolment/enrolment-token.ts'
import type { IssuedCertificate } from '../../../enrolment/fleet-authority.ts'
import { alone } from '../alone.ts'
import type { Tables } from '../database.ts'
import { about, worded } from '../worded-query.ts'
import { isHeld } from './held.ts'

/** Kept per device: one that renews without need must not fill the disk. */
const REPLACED_MAX_COUNT = 8

/** The device's row as it is when nothing has been reported yet. */
const UNHEARD = {
  online: 0,
  state: null,
  waiting_for: null,
  version: null,
  version_key: null,
  security_counter: null,
  rollout: null,
  code: null,
  integrity: null,
  opted_out: 0,
  postponed_until: null,
  postponed_version: null,
  automatic_security: null,
  automatic_functionality: null,
  own_window: null,
  time_zone: null,
  clone_suspected_at: null,
  connections: 0,
  connections_since: null,
  flapped_at: null,
} as const

/** As for {@link UNHEARD}; its activity log and the numbers of its commands go on. */
const UNHEARD_HEADS = {
  report_seq: 0,
  report_digest: '',
  progress: null,
  claims: null,
  inventory: null,
  nonce: null,
  clone_watch: null,
} as const

export class SqlEnrolmentStore implements EnrolmentStore {
  readonly #database: Kysely<Tables>
  #admission: ReturnType<typeof admissionQuery> | undefined

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async addToken(token: EnrolmentToken, createdAt: number): Promise<void> {
    await this.#database
      .insertInto('enrolment_tokens')
      .values({
        id: token.id,
        secret_sha256: token.secretSha256,
        product: token.product,
        cohort: token.cohort,
        device: token.device ?? null,
        expires_at: token.expiresAt,
        created_at: createdAt,
        used_at: null,
        used_by: null,
        used_key_sha256: null,
      })
      .execute()
  }

  async findToken(id: string): Promise<EnrolmentToken | undefined> {
    const row = await this.#database
      .selectFrom('enrolment_tokens')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    if (row === undefined) return undefined
    const { used_by: device, used_key_sha256: publicKeySha256 } = row
    return {
      id: row.id,
      secretSha256: row.secret_sha256,
      product: row.product,
      cohort: row.cohort,
      device: row.device ?? undefined,
      expiresAt: row.expires_at,
      use: device === null || publicKeySha256 === null ? undefined : { device, publicKeySha256 },
    }
  }

  async findDevice(device: string) {
    const row = await this.#database
      .selectFrom('devices')
      .select(['id', 'product', 'cohort', 'revoked_at', 'quarantined_at', 'decommissioned_at'])
      .select(isHeld)
      .where('id', '=', device)
      .executeTakeFirst()
    return row === undefined ? undefined : enrolledDeviceOf(row)
  }

  async admission(device: string, serial: string): Promise<Admission | undefined> {
    this.#admission ??= admissionQuery(this.#database)
    const [row] = (await this.#database.executeQuery(about(this.#admission, serial, device))).rows
    if (row === undefined) return undefined
    const { state, public_key } = row
    const certificate =
      state === null || public_key === null
        ? undefined
        : { state, publicKey: Buffer.from(public_key) }
    return { ...enrolledDeviceOf(row), certificate }
  }

  async validCertificates(device: string): Promise<readonly DeviceCertificate[]> {
    const rows = await this.#database
      .selectFrom('device_certificates')
      .selectAll()
      .where('device', '=', device)
      .where('state', 'in', ['current', 'pending'])
      .orderBy('issued_at', 'desc')
      .execute()
    return rows.map(certificateOf)
  }

  async reportKeys(product: string, device: string): Promise<readonly Buffer[]> {
    const rows = await this.#database
      .selectFrom('device_certificates')
      .innerJoin('devices', 'devices.id', 'device_certificates.device')
      .select(['public_key', 'device_certificates.state'])
      .where('device', '=', device)
      .where('devices.product', '=', product)
      .where('device_certificates.state', '!=', 'revoked')
      .orderBy('issued_at', 'desc')
      .orderBy('device_certificates.state')
      .execute()
    const valid = rows.filter(({ state }) => state !== 'replaced')
    const [replaced] = rows.filter(({ state }) => state === 'replaced')
    const keys = [...valid, ...(replaced === undefined ? [] : [replaced])]
    const distinct = new Map(keys.map((row) => [Buffer.from(row.public_key).toString('hex'), row]))
    return [...distinct.values()].map((row) => Buffer.from(row.public_key))
  }

  async enrol(enrolment: Enrolment, now: number): Promise<boolean> {
    return alone(this.#database, async (transaction) => {
      const { device, publicKeySha256 } = enrolment.use
      const used = await transaction
        .updateTable('enrolment_tokens')
        .set({ used_at: now, used_by: device, used_key_sha256: publicKeySha256 })
        .where('id', '=', enrolment.tokenId)
        .where('used_at', 'is', null)
        .executeTakeFirst()
      if (used.numUpdatedRows !== 1n) return false

      const { product, cohort } = enrolment
      const made = await transaction
        .insertInto('devices')
        .values({ id: device, product, cohort, enrolled_at: now, revoked_at: null, ...UNHEARD })
        .onConflict((conflict) =>
          conflict
            .column('id')
            .doUpdateSet({
              ...{ cohort, enrolled_at: now, revoked_at: null, decommissioned_at: null },
              ...UNHEARD,
            })
            .where('devices.product', '=', product)
            .where('devices.revoked_at', 'is not', null),
        )
        .executeTakeFirst()
      // Throwing undoes the token's use as well.
      if (made.numInsertedOrUpdatedRows !== 1n) throw new TakenMeanwhile()
      await transaction
        .insertInto('device_heads')
        .values({ device })
        .onConflict((conflict) => conflict.column('device').doUpdateSet(UNHEARD_HEADS))
        .execute()
      await transaction
        .deleteFrom('device_attributes')
        .where('device', '=', device)
        .where('source', '=', 'device')
        .execute()
      await transaction.deleteFrom('reports').where('device', '=', device).execute()
      await insertCertificate(transaction, device, 'current', enrolment.certificate, now)
      return true
    }).catch((error: unknown) => {
      if (error instanceof TakenMeanwhile) return false
      throw error
    })
  }

  async addPending(
    { device, shown }: { readonly device: string; readonly shown: string },
    certificate: IssuedCertificate & { readonly publicKey: Buffer },
    now: number,
  ): Promise<boolean> {
    return alone(this.#database, async (transaction) => {
      const valid = await transaction
        .selectFrom('device_certificates')
        .select('serial')
        .where('device', '=', device)
        .where('serial', '=', shown)
        .where('state', 'in', ['current', 'pending'])
        .executeTakeFirst()
      if (valid === undefined) return false
      // Never shown, so nothing was ever said with it; kept, a device could renew until the disk is full.
      await transaction
        .deleteFrom('device_certificates')
        .where('device', '=', device)
        .where('state', '=', 'pending')
        .execute()
      await insertCertificate(transaction, device, 'pending', certificate, now)
      return true
    })
  }

  async promote(device: string, serial: string): Promise<void> {
    await alone(this.#database, async (transaction) => {
      const pending = await transaction
        .selectFrom('device_certificates')
        .select('serial')
        .where('device', '=', device)
        .where('serial', '=', serial)
        .where('state', '=', 'pending')
        .executeTakeFirst()
      if (pending === undefined) return
      // `reportKeys` asks for the newest alone; those before it are named in revocation lists until they expire.
      await transaction
        .deleteFrom('device_certificates')
        .where('state', '=', 'replaced')
        .where('serial', 'in', (expression) =>
          expression
            .selectFrom('device_certificates')
            .select('serial')
            .where('device', '=', device)
            .where('state', '=', 'replaced')
            .orderBy('issued_at', 'desc')
            .orderBy('serial')
            .offset(REPLACED_MAX_COUNT - 1)
            .limit(REPLACED_MAX_COUNT),
        )
        .execute()
      await transaction
        .updateTable('device_certificates')
        .set({ state: 'replaced' })
        .where('device', '=', device)
        .where('state', '=', 'current')
        .execute()
      await transaction
        .updateTable('device_certificates')
        .set({ state: 'current' })
        .where('serial', '=', serial)
        .execute()
    })
  }

  async revoke(product: string, device: string, now: number): Promise<boolean> {
    return alone(this.#database, async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable('devices')
        .set((expression) => ({
          revoked_at: expression.fn.coalesce('revoked_at', expression.val(now)),
          online: 0,
        }))
        .where('id', '=', device)
        .where('product', '=', product)
        .executeTakeFirst()
      if (numUpdatedRows !== 1n) return false
      await transaction
        .updateTable('device_certificates')
        .set({ state: 'revoked' })
        .where('device', '=', device)
        .execute()
      return true
    })
  }
}

/** Asked at every CONNECT, every SUBSCRIBE and every request of a device. */
function admissionQuery(database: Kysely<Tables>) {
  return worded(
    database
      .selectFrom('devices')
      .leftJoin('device_certificates as certificate', (join) =>
        join
          .onRef('certificate.device', '=', 'devices.id')
          .on('certificate.serial', '=', '')
          .on(sql<boolean>`certificate.state IN ('current', 'pending')`),
      )
      .select(['devices.id', 'devices.product', 'devices.cohort', 'devices.revoked_at'])
      .select(['devices.quarantined_at', 'devices.decommissioned_at'])
      .select(['certificate.state', 'certificate.public_key'])
      .select(isHeld)
      .where('devices.id', '=', ''),
  )
}

type EnrolledRow = Pick<
  Selectable<Tables['devices']>,
  'id' | 'product' | 'cohort' | 'revoked_at' | 'quarantined_at' | 'decommissioned_at'
> & { readonly held: unknown }

function enrolledDeviceOf(row: EnrolledRow): EnrolledDevice {
  const { id, product, cohort } = row
  return {
    ...{ id, product, cohort },
    isRevoked: row.revoked_at !== null,
    isQuarantined: row.quarantined_at !== null,
    isHeld: Boolean(row.held),
    isDecommissioned: row.decommissioned_at !== null,
  }
}

class TakenMeanwhile extends Error {}

async function insertCertificate(
  transaction: Transaction<Tables>,
  device: string,
  state: 'current' | 'pending',
  certificate: IssuedCertificate & { readonly publicKey: Buffer },
  now: number,
): Promise<void> {
  await transaction
    .insertInto('device_certificates')
    .values({
      serial: certificate.serial,
      device,
      state,
      public_key: certificate.publicKey,
      pem: certificate.pem,
      not_after: certificate.notAfter,
      issuer: certificate.issuer,
      issued_at: now,
    })
    .execute()
}

function certificateOf(row: Selectable<Tables['device_certificates']>): DeviceCertificate {
  return {
    serial: row.serial,
    device: row.device,
    state: row.state,
    publicKey: Buffer.from(row.public_key),
    pem: row.pem,
    notAfter: row.not_after,
    issuer: row.issuer ?? '',
  }
}
