/**
 * A broker that is not ours, by URL: manifests and commands are published to it, reports and presence read from it.
 * Who may do what there is the broker's business (access-files/ writes its rules); what a topic
 * says about its sender is as trustworthy as those rules, and a report is verified with the device's own key
 * whatever they are.
 *
 * Of several servers the leader hears who comes and goes. It takes the reports as well, unless the broker
 * shares them between the servers.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { commandTopic } from '@fleetward/shared'
import type { Logger } from 'pino'
import type { Instances } from '../instances/instances.ts'
import type { Clock } from '../ports.ts'
import { AbandonedInbox } from './abandoned-inbox.ts'
import type { KeptAccessFile } from './access-files/kept-access-file.ts'
import { MARKER_TOPIC } from './access-rules.ts'
import type { Broker, DeviceTraffic } from './broker.ts'
import type { BrokerHealth } from './broker-health.ts'
import { BrokerInbox, type InboxPlan } from './broker-inbox.ts'
import type { BrokerTraits } from './broker-kinds.ts'
import { BrokerLine } from './broker-line.ts'
import { InboxDuty } from './inbox-duty.ts'
import type { InboxStore } from './inbox-store.ts'
import { LeaderInbox } from './leader-inbox.ts'
import type { Account } from './mqtt-account.ts'
import { OutsideTraffic } from './outside-traffic.ts'
import { SharedInbox } from './shared-inbox.ts'

/** Whoever waits for the broker to be told of a change waits no longer than this. */
const TELLING_LIMIT_MS = 3_000
const MARKER_LIMIT_MS = 10_000

/** Makes what keeps the rules; `around` has to be called around telling the broker. */
export type KeepRules = (around: (tell: () => Promise<void>) => Promise<void>) => KeptAccessFile

export interface OutsideBrokerPorts {
  readonly account: Account
  /** The server's name there, with which its client ids begin. */
  readonly serverUser: string
  readonly traits: Pick<BrokerTraits, 'sharesReports' | 'rulesEndSessions'>
  readonly inboxes: InboxStore
  readonly instances: Instances
  readonly traffic: DeviceTraffic
  /** As the database knows it, from whichever server heard it. */
  readonly isOnline: (device: string) => Promise<boolean>
  /** Who was there is not known any more. */
  readonly everybodyOffline: () => Promise<void>
  /** Where the broker reads its rules from a file that we write. */
  readonly keepRules: KeepRules | undefined
  readonly clock: Clock
  readonly log: Logger
}

export class OutsideBroker implements Broker {
  readonly port = 0
  readonly #ports: OutsideBrokerPorts
  readonly #line: BrokerLine
  readonly #traffic: OutsideTraffic
  readonly #duty: InboxDuty
  readonly #rules: KeptAccessFile | undefined
  readonly #back = new Set<() => void>()
  #endRings = () => {}

  private constructor(ports: OutsideBrokerPorts) {
    this.#ports = ports
    const { account, serverUser, traits, inboxes, instances, clock, log } = ports
    const { sharesReports, rulesEndSessions } = traits
    const clientId = `${serverUser}-${randomBytes(16).toString('hex')}`
    this.#line = new BrokerLine({
      ...{ url: account.url, options: account.options(clientId, 'forgets'), log },
      now: () => clock.now(),
      onConnected: () => {
        for (const listener of this.#back) listener()
      },
    })
    this.#traffic = new OutsideTraffic({ traffic: ports.traffic, isOrdered: !sharesReports, log })
    const open = (plan: InboxPlan) =>
      new BrokerInbox({ ...plan, account, log, take: (packet) => this.#traffic.take(packet) })
    const passMarker = (through: BrokerInbox) => this.#passMarker(through)
    const own = { inboxes, open, holder: randomUUID(), clock, log }
    const ofLeader = new LeaderInbox({
      ...{ inboxes, open, sharesReports, rulesEndSessions, passMarker, clock, log },
      onFresh: async () => {
        this.#traffic.forgetPresence()
        await ports.everybodyOffline()
      },
      onLost: () => this.#traffic.forgetPresence(),
    })
    this.#duty = new InboxDuty(
      [
        ofLeader,
        ...(sharesReports ? [new SharedInbox(own)] : []),
        new AbandonedInbox({ ...own, passMarker: rulesEndSessions ? passMarker : undefined }),
      ],
      ...[instances, log],
    )
    this.#rules = ports.keepRules?.((tell) => ofLeader.whileRulesChange(tell))
  }

  /** A broker that is away now is no reason not to start: everything is published once it is there. */
  static start(ports: OutsideBrokerPorts): OutsideBroker {
    const broker = new OutsideBroker(ports)
    broker.#duty.start()
    broker.#rules?.touch()
    broker.#endRings = ports.instances.onRing('access', () => broker.#rules?.touch())
    return broker
  }

  whenBack(listener: () => void): void {
    this.#back.add(listener)
    if (this.#line.isConnected) listener()
  }

  health(): BrokerHealth {
    const { health } = this.#line
    if (!health.isReachable || this.#duty.isListening) return health
    return { ...health, isReachable: false, because: 'The broker does not let the server listen' }
  }

  async publishRetained(topic: string, token: string): Promise<void> {
    await this.#line.publish(topic, token, { retain: true })
  }

  async canReach(device: string): Promise<boolean> {
    if (!this.#line.isConnected) return false
    return this.#traffic.hasHeard(device) || (await this.#ports.isOnline(device))
  }

  async sendCommand(product: string, device: string, token: string): Promise<boolean> {
    if (!(await this.canReach(device))) return false
    await this.#line.publish(commandTopic(product, device), token, { retain: false })
    return true
  }

  /** What is in the broker's rules no longer ends there, by the rules' own means. */
  disconnect(): void {
    void this.accessChanged()
  }

  topicsChanged(): void {
    void this.accessChanged()
  }

  /** The file may be another server's to write. */
  async accessChanged(): Promise<void> {
    this.#rules?.touch()
    this.#ports.instances.ring('access')
    await this.#rules?.told(TELLING_LIMIT_MS)
  }

  renewCertificate(): void {}

  async stop(): Promise<void> {
    this.#traffic.stop()
    this.#endRings()
    await this.#rules?.stop()
    await this.#duty.stop()
    await this.#line.stop()
  }

  async #passMarker(through: BrokerInbox): Promise<void> {
    const marker = randomUUID()
    await this.#line.publish(MARKER_TOPIC, marker, { retain: false })
    await through.sawMarker(marker, MARKER_LIMIT_MS)
  }
}
