/** A device with a key and a certificate of its own, enrolled through EST with a token as in the field. */
import type { Duplex } from 'node:stream'
import { type ConnectionOptions, connect } from 'node:tls'
import { generateKey, type SigningKey } from '@fleetward/platform'
import { HttpsClient } from '../packages/agent/src/connection/https-client.ts'
import { simpleEnroll } from '../packages/agent/src/enrolment/est.ts'

export interface EnrolmentPlace {
  readonly ca: string
  /** The public listener. */
  readonly enrolAt: string
}

export interface EnrolledDevice {
  readonly key: SigningKey
  readonly identity: Pick<ConnectionOptions, 'cert' | 'key' | 'ca'>
}

export async function enrolDevice(
  { ca, enrolAt }: EnrolmentPlace,
  name: { readonly product: string; readonly device: string },
  token: string,
): Promise<EnrolledDevice> {
  const key = generateKey('ecdsa-p256')
  const client = new HttpsClient({ ca })
  const certificate = await simpleEnroll({ client, server: enrolAt, name, key }, token)
  client.close()
  return { key, identity: { ca, cert: certificate.toString(), key: key.plainPem() } }
}

export function connectDevice(port: number, { identity }: EnrolledDevice): Duplex {
  return connect({ port, host: '127.0.0.1', minVersion: 'TLSv1.3', ...identity })
}
