/**
 * A broker that is not ours, by URL: manifests are published to it and reports read from it. Who may do what there is
 * the broker's business (access-files/ writes its rules); what a topic says about its sender is as
 * trustworthy as those rules, and a report is verified with the device's own key whatever they are.
 */
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { commandTopic, parseTopic } from '@fleetward/shared'
import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt'
import type { Logger } from 'pino'
import { SERVER_CLIENT_ID } from '../enrolment/fleet-authority.ts'
import type { Settings } from '../settings.ts'
import type { ServerCertificate } from '../tls/server-certificate.ts'
import { messageOf } from './access-rules.ts'
import type { Broker, DeviceIdentity, DeviceTraffic } from './broker.ts'

const SUBSCRIPTIONS = ['ota/1/+/devices/+/report', 'ota/1/+/devices/+/presence']
const PUBLISH_TIMEOUT_MS = 10_000
const RECONNECT_MS = 1_000
/** Before a report that could not be written is tried again. */
const RETRY_MS = 1_000

type OutsideSettings = NonNullable<Settings['broker']>

/** `own`: what the server shows where the settings name no certificate and no user. */
export async function connectOutsideBroker(
  settings: OutsideSettings,
  own: ServerCertificate,
  traffic: DeviceTraffic,
  log: Logger,
): Promise<Broker> {
  // A broker that is away now is no reason not to start: everything is published once it is there.
  return new OutsideBroker(connect(settings.url, await optionsOf(settings, own)), traffic, log)
}

class OutsideBroker implements Broker {
  readonly port = 0
  readonly #client: MqttClient
  readonly #traffic: DeviceTraffic
  readonly #log: Logger
  readonly #online = new Set<string>()
  #stopped = false

  constructor(client: MqttClient, traffic: DeviceTraffic, log: Logger) {
    this.#client = client
    this.#traffic = traffic
    this.#log = log
    // Called before the acknowledgement is sent, which waits for `done`: a report that was acknowledged is durable.
    client.handleMessage = (packet, done) => {
      this.#receive(packet as IPublishPacket).then(() => done(), done)
    }
    client.on('connect', () => {
      client.subscribeAsync(SUBSCRIPTIONS, { qos: 1 }).catch((error: unknown) => {
        log.error({ err: error }, 'the broker does not let the server read reports')
      })
    })
    client.on('error', (error) => log.warn({ err: error }, 'the broker refused or failed'))
    client.on('reconnect', () => log.info('connecting to the broker again'))
    client.on('offline', () =>
      log.warn('the broker is away; manifests are published when it is back'),
    )
  }

  async publishRetained(topic: string, token: string): Promise<void> {
    await this.#publish(topic, token, true)
  }

  canReach(device: string): boolean {
    return this.#client.connected && this.#online.has(device)
  }

  async sendCommand(product: string, device: string, token: string): Promise<boolean> {
    if (!this.canReach(device)) return false
    await this.#publish(commandTopic(product, device), token, false)
    return true
  }

  /** Its section is gone from the access file when that is written next; the broker ends the session then. */
  disconnect(): void {}

  topicsChanged(): void {}

  renewCertificate(): void {}

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#client.endAsync(true)
  }

  async #publish(topic: string, payload: string, retain: boolean): Promise<void> {
    // mqtt.js keeps messages for a broker that is away; here the caller tries again with newer bytes.
    if (!this.#client.connected) throw new Error('The broker is away')
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => reject(new Error('The broker did not answer')),
      PUBLISH_TIMEOUT_MS,
    )
    try {
      await Promise.race([this.#client.publishAsync(topic, payload, { qos: 1, retain }), late])
    } finally {
      clearTimeout(timer)
    }
  }

  async #receive({ topic, payload, qos }: IPublishPacket): Promise<void> {
    const about = parseTopic(topic)
    if (about === undefined || !('device' in about)) return
    const who = { product: about.product, device: about.device, serial: undefined }
    const bytes = Buffer.from(payload)
    // What was retained for us comes with the flag set; whether a device may set it is the broker's rule.
    const message = messageOf(who, { topic, qos, retain: false, payload: bytes })
    if (message === undefined) {
      this.#log.warn({ device: about.device, bytes: bytes.length }, 'message not understood')
    } else if (message.kind === 'report') {
      await this.#takeReport(who, message.token)
    } else {
      this.#cameOrWent(who, message.online)
    }
  }

  /** Until it is written: an unacknowledged message would come again only after a reconnection. */
  async #takeReport(who: DeviceIdentity, token: string): Promise<void> {
    for (;;) {
      try {
        return await this.#traffic.report(who, token)
      } catch (error) {
        if (this.#stopped) throw error
        this.#log.error({ err: error, device: who.device }, 'a report could not be written')
        await sleep(RETRY_MS)
      }
    }
  }

  #cameOrWent(who: DeviceIdentity, online: boolean): void {
    if (online) {
      this.#online.add(who.device)
      this.#traffic.listening(who)
    } else {
      this.#online.delete(who.device)
      this.#traffic.presence(who, false)
    }
  }
}

async function optionsOf(
  settings: OutsideSettings,
  own: ServerCertificate,
): Promise<IClientOptions> {
  const read = async (file: string | undefined) =>
    file === undefined ? undefined : await readFile(file)
  const [ca, cert, key, password] = await Promise.all(
    [settings.caFile, settings.certificateFile, settings.keyFile, settings.passwordFile].map(read),
  )
  return {
    protocolVersion: 4,
    clientId: SERVER_CLIENT_ID,
    // The broker keeps reports for us while we are away.
    clean: false,
    reconnectPeriod: RECONNECT_MS,
    queueQoSZero: false,
    resubscribe: true,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined
      ? { cert: own.certificatePem, key: own.keyPem }
      : { cert, key }),
    ...(settings.username === undefined ? {} : { username: settings.username }),
    ...(password === undefined ? {} : { password: password.toString('utf8').trim() }),
  }
}
