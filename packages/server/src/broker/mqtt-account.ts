/** How the server shows itself to a broker that is not ours: certificate or password, authorities, version. */
import { readFile } from 'node:fs/promises'
import type { IClientOptions } from 'mqtt'
import { traitsOf } from './broker-kinds.ts'
import type { BrokerSettings } from './broker-settings.ts'

const RECONNECT_MS = 1_000
const CONNECT_TIMEOUT_MS = 10_000
/** A broker that is silently gone is noticed within one and a half of these. */
const KEEPALIVE_SECONDS = 15
/**
 * How long a broker keeps messages for a server that is away, where MQTT 5 lets us say it. For 3.1.1 it is
 * a setting of the broker (docs/operating/brokers.md).
 */
const SESSION_LIFETIME_SECONDS = 7 * 86_400
/** MQTT 5 §3.1.2.11.2: until it is ended. */
const FOR_EVER = 0xffff_ffff
/** Reports under way at once; the broker's own limit counts where it is lower. */
const RECEIVE_MAXIMUM = 256

export interface Account {
  /** `keeps`: the broker keeps subscriptions and messages for this client id while it is away. */
  options(clientId: string, session: 'keeps' | 'forgets'): IClientOptions
  readonly url: string
}

/** `own`: what the server shows where the settings name no certificate. */
export async function openAccount(
  settings: BrokerSettings,
  own: { readonly certificatePem: string; readonly keyPem: string },
): Promise<Account> {
  const read = async (file: string | undefined) =>
    file === undefined ? undefined : await readFile(file)
  const [ca, cert, key, password] = await Promise.all(
    [settings.caFile, settings.certificateFile, settings.keyFile, settings.passwordFile].map(read),
  )
  const { versions, sessionsMayExpire } = traitsOf(settings.kind)
  const version = settings.version ?? versions[0]
  const sessionExpiryInterval = sessionsMayExpire ? SESSION_LIFETIME_SECONDS : FOR_EVER
  return {
    url: settings.url,
    options: (clientId, session) => ({
      protocolVersion: version,
      clientId,
      clean: session === 'forgets',
      ...(version === 5 && session === 'keeps'
        ? { properties: { sessionExpiryInterval, receiveMaximum: RECEIVE_MAXIMUM } }
        : {}),
      reconnectPeriod: RECONNECT_MS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      keepalive: KEEPALIVE_SECONDS,
      queueQoSZero: false,
      // For tls.connect, to which MQTT.js hands everything on.
      ...{ minVersion: 'TLSv1.3' },
      resubscribe: false,
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined || key === undefined
        ? { cert: own.certificatePem, key: own.keyPem }
        : { cert, key }),
      ...(settings.username === undefined ? {} : { username: settings.username }),
      ...(password === undefined ? {} : { password: password.toString('utf8').trim() }),
    }),
  }
}
