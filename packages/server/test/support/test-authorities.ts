/** Certificate authorities for tests: of nobody, or the ones that a server of the test has. */
import { generateKey } from '@fleetward/platform'
import { spkiOf } from '@fleetward/shared'
import type { Kysely } from 'kysely'
import type { Tables } from '../../src/adapters/sql/database.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { FleetAuthority } from '../../src/enrolment/fleet-authority.ts'
import type { Clock } from '../../src/ports.ts'
import { type Seal, sealUnder } from '../../src/secrets/seal.ts'
import { newSealingKeyBytes, onlyKey, sealingKey } from '../../src/secrets/sealing-key.ts'
import { SealedKeys } from '../../src/server-keys/sealed-keys.ts'
import { Authorities } from '../../src/tls/authorities.ts'
import {
  authorityOf,
  type CertificateAuthority,
  newAuthority,
} from '../../src/tls/certificate-authority.ts'
import { issueServerCertificate } from '../../src/tls/server-certificate.ts'

/** Under a key that lives as long as the test. */
export function testSeal(): Seal {
  return sealUnder(onlyKey(sealingKey(newSealingKeyBytes())))
}

export async function strangeAuthority(now = new Date()): Promise<CertificateAuthority> {
  const { pem, key } = await newAuthority('strange-ca', now)
  return authorityOf(pem, key)
}

/** Issues as ours does, with another key. */
export async function strangeFleetAuthority(): Promise<FleetAuthority> {
  const strange = await strangeAuthority()
  return new FleetAuthority({
    fleet: [strange],
    fleetPem: strange.pem,
    issuing: async () => strange,
  })
}

export function authoritiesOn(
  database: Kysely<Tables>,
  seal: Seal,
  clock: Clock = { now: () => new Date() },
): Promise<Authorities> {
  return Authorities.open({ database: sqlStores(database), keys: new SealedKeys(seal), clock })
}

/** For what stands beside a server in a test, with a certificate of an authority of its own. */
export async function serverCertificate(
  authority: CertificateAuthority,
  hosts: readonly string[],
): Promise<{ readonly keyPem: string; readonly certificatePem: string }> {
  const key = generateKey('ecdsa-p256')
  const certificatePem = await issueServerCertificate(
    authority,
    hosts,
    spkiOf(key.publicKey),
    new Date(),
  )
  return { keyPem: key.plainPem(), certificatePem }
}
