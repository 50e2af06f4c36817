/** The connection to a broker that is not ours, put together from the settings. */
import type { Logger } from 'pino'
import type { Instances } from '../instances/instances.ts'
import type { Clock } from '../ports.ts'
import type { CertificateAuthority } from '../tls/certificate-authority.ts'
import { revocationList } from '../tls/revocation-list.ts'
import type { ServerCertificate } from '../tls/server-certificate.ts'
import { accessFormatOf } from './access-files/access-file.ts'
import { KeptAccessFile } from './access-files/kept-access-file.ts'
import { runReloadCommand, signalReload } from './access-files/tell-broker.ts'
import type { Broker, DeviceTraffic } from './broker.ts'
import { traitsOf } from './broker-kinds.ts'
import type { BrokerSettings } from './broker-settings.ts'
import type { BrokerStore } from './broker-store.ts'
import type { InboxStore } from './inbox-store.ts'
import { openAccount } from './mqtt-account.ts'
import { type KeepRules, OutsideBroker } from './outside-broker.ts'
import { serverUserOf } from './server-user.ts'

export interface OutsideBrokerOptions {
  readonly settings: BrokerSettings
  /** What the server shows where the settings name no certificate. */
  readonly own: ServerCertificate
  /** As they are at the moment. */
  readonly fleetAuthorities: () => readonly CertificateAuthority[]
  readonly store: BrokerStore
  readonly inboxesOf: (serverUser: string) => InboxStore
  /** Whether other servers may work on the same database. */
  readonly mayBeSeveral: boolean
  readonly instances: Instances
  readonly traffic: DeviceTraffic
  readonly everybodyOffline: () => Promise<void>
  readonly clock: Clock
  readonly log: Logger
}

export async function openOutsideBroker(options: OutsideBrokerOptions): Promise<Broker> {
  const { settings, store, instances, traffic, clock, log } = options
  const serverUser = await serverUserOf({ broker: settings })
  const traits = traitsOf(settings.kind)
  return OutsideBroker.start({
    ...{ serverUser, instances, traffic, clock, log },
    account: await openAccount(settings, options.own),
    traits: { ...traits, sharesReports: options.mayBeSeveral && traits.sharesReports },
    inboxes: options.inboxesOf(serverUser),
    isOnline: (device) => store.isOnline(device),
    everybodyOffline: options.everybodyOffline,
    keepRules: keepRules(options, serverUser),
  })
}

function keepRules(
  { settings, store, instances, traffic, fleetAuthorities, clock, log }: OutsideBrokerOptions,
  serverUser: string,
): KeepRules | undefined {
  const { kind, aclFile, crlFile, reloadCommand, reloadPidFile, subscriptionQos } = settings
  const { deviceQos, rulesEndSessions } = traitsOf(kind)
  const format = accessFormatOf(kind)
  if (aclFile === undefined || format === undefined) return undefined
  return (around) =>
    new KeptAccessFile({
      ...{ format, serverUser, aclFile, crlFile, store, clock, log },
      // Where sessions end with the rules, whoever has the sessions has to change the rules.
      isOurs: () => !rulesEndSessions || instances.leads(),
      deviceQos: subscriptionQos ?? deviceQos,
      revocationList: async (serials, now) => {
        const lists = fleetAuthorities().map((authority) => revocationList(authority, serials, now))
        return (await Promise.all(lists)).join('')
      },
      onWidened: (devices) => {
        for (const { product, device } of devices) {
          traffic.letIn({ product, device, serial: undefined })
        }
      },
      tellBroker: (narrowed, signal) =>
        around(async () => {
          if (reloadCommand !== undefined) await runReloadCommand(reloadCommand, narrowed, signal)
          if (reloadPidFile !== undefined) await signalReload(reloadPidFile)
        }),
    })
}
